import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Study = Schemas['SurveyStudy']
export type StudyDetail = Schemas['SurveyDetail']
export type SurveyFile = Schemas['SurveyFile']
export type Preview = Schemas['SurveyPreview']
export type ColumnPreview = Schemas['SurveyColumnPreview']
export type Question = Schemas['SurveyQuestion']
export type Column = Schemas['SurveyColumn']
export type Mapping = Schemas['SurveyMapping']
export type ImportInput = Schemas['SurveyImportInput']
export type Encoding = NonNullable<ImportInput['encoding']>
export type Summary = Schemas['SurveySummary']
export type ProblemCount = Schemas['SurveyProblemCount']
export type FoundProblem = Schemas['SurveyProblemView']
