// Package pls estimates structural equation models by partial least squares path modelling and turns them into
// satisfaction indices on 0 to 100. Numbers go in and numbers come out: the package knows no customer, no survey and
// no database.
//
// The order of use is
//
//	sample, err := pls.Prepare(model, data, pls.Options{}) // checks everything, applies the rule for missing values
//	result, err := sample.Estimate()                       // weights, loadings, paths, reliability, index
//	boot, err := sample.Bootstrap(ctx, pls.BootstrapOptions{Resamples: 5000, Seed: 1})
//
// or [EstimateCorrelation] where only a published correlation matrix is at hand.
//
// # Definitions
//
// Items are standardised with the standard deviation of divisor n-1; scores have mean 0 and standard deviation 1.
// Everything but the scores follows from the item correlation matrix S, so after one reading of the cases nothing
// depends on their number.
//
//   - Algorithm: Lohmöller's, with outer weights starting at +1, mode A (correlation weights) or B (regression weights),
//     and the path, centroid or factorial inner scheme; it stops when no weight changes by 1e-12 or after 1000
//     iterations, which is then reported (Tenenhaus, Esposito Vinzi, Chatelin, Lauro 2005, CSDA 48, 159-205).
//   - Sign: a construct whose loadings sum to less than zero is turned round, in weights, loadings, paths, scores and in
//     every resample alike.
//   - alpha is the standardised alpha; rho_A after Dijkstra and Henseler (2015, MISQ 39(2)), undefined for mode B;
//     rho_C and AVE after Fornell and Larcker (1981, JMR 18(1)).
//   - HTMT uses absolute correlations and takes 1 within a single item (Henseler, Ringle, Sarstedt 2015, JAMS 43).
//   - f2 holds the construct scores fixed. Adjusted R2 is 1-(1-R2)(n-1)/(n-k-1). The inner VIF of a lone predictor is 1.
//   - Index (Fornell et al. 1996, J. Marketing 60(4)): weights are brought back to the units of the answers (w/sd),
//     normalised to sum 1, and the weighted mean answer is placed between the ends of the scale, never of the data.
//
// A number that does not exist, such as rho_A of a formative block, is NaN in Go and null in JSON.
package pls
