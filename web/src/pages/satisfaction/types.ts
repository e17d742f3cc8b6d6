import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Text = Schemas['SatisfactionText']
export type Model = Schemas['SatisfactionModelBody']
export type OwnModel = Schemas['SatisfactionOwnModel']
export type ModelDetail = Schemas['SatisfactionModelDetail']
export type Settings = Schemas['SatisfactionSettings']
export type Estimation = Schemas['SatisfactionEstimation']
export type Report = Schemas['SatisfactionReport']
export type ConstructView = Schemas['SatisfactionConstructView']
export type Segment = Schemas['SatisfactionSegment']
export type Sentence = Schemas['SatisfactionSentence']
export type Comparison = Schemas['SatisfactionComparison']
export type Difference = Schemas['SatisfactionDifference']
export type Judgement = ConstructView['reliability']
