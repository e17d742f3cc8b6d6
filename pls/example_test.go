package pls_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/zhiyin-power/zhiyin/pls"
)

// From a survey file to the satisfaction index with its interval and its strongest drivers.
func Example() {
	doc, err := os.Open("testdata/ecsi_power_modeA_path.json")
	if err != nil {
		log.Fatal(err)
	}
	defer doc.Close()
	model, err := pls.ReadModel(doc)
	if err != nil {
		log.Fatal(err)
	}
	model.Scale = &pls.Scale{Min: 1, Max: 10}

	file, err := os.Open("testdata/ecsi_power.csv")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	data, err := pls.ReadCSV(file, model.Items())
	if err != nil {
		log.Fatal(err)
	}

	sample, err := pls.Prepare(model, data, pls.Options{})
	if err != nil {
		log.Fatal(err) // every problem of model and data
	}
	result, err := sample.Estimate()
	if err != nil {
		log.Fatal(err)
	}
	boot, err := sample.Bootstrap(context.Background(), pls.BootstrapOptions{Resamples: 1000, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}

	for _, p := range boot.Parameters {
		if p.Name == "index:Satisfaction" {
			fmt.Printf("satisfaction %.1f (%.0f to %.0f)\n", p.Estimate, p.Lo, p.Hi)
		}
	}
	for _, e := range result.Total {
		if e.To == "Satisfaction" && e.Value > 0.5 {
			fmt.Printf("%s moves it: %.2f\n", e.From, e.Value)
		}
	}
	// Output:
	// satisfaction 72.2 (71 to 73)
	// Quality moves it: 0.62
}

// A publication gives correlations only.
func ExampleEstimateCorrelation() {
	model := pls.Model{
		Constructs: []pls.Construct{
			{Name: "Quality", Mode: pls.ModeA, Indicators: []string{"q1", "q2"}},
			{Name: "Satisfaction", Mode: pls.ModeA, Indicators: []string{"s"}},
		},
		Paths: []pls.Path{{From: "Quality", To: "Satisfaction"}},
	}
	correlations := [][]float64{{1, .6, .5}, {.6, 1, .4}, {.5, .4, 1}}
	result, err := pls.EstimateCorrelation(model, []string{"q1", "q2", "s"}, correlations, 200, pls.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("path %.3f, R² %.3f\n", result.Paths[0].Value, result.R2[1])
	// Output:
	// path 0.509, R² 0.259
}
