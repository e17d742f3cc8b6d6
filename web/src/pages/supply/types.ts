import type { components } from '@/api/schema'

type S = components['schemas']

export type Account = S['SupplyAccount']
export type Premise = S['SupplyPremise']
export type Point = S['SupplyPoint']
export type Meter = S['SupplyMeter']
export type Substation = S['SupplySubstation']
export type Line = S['SupplyLine']
export type District = S['SupplyDistrict']
export type Equipment = S['SupplyEquipment']
export type Condition = S['SupplyCondition']
export type Contract = S['SupplyContract']
export type Detail = S['SupplyDetail']
export type Installed = S['SupplyInstalled']
export type Installation = S['SupplyOwnInstallation']
export type InstallationInput = S['SupplyInstallationInput']
export type Affected = S['SupplyAffected']
export type Path = S['SupplyPath']

/** The kinds of records by the path they are served under. */
export interface Records {
  accounts: Account
  premises: Premise
  'metering-points': Point
  meters: Meter
  substations: Substation
  lines: Line
  districts: District
  equipment: Equipment
  'equipment-conditions': Condition
  'supply-contracts': Contract
}
export type Plural = keyof Records
export type AnyRecord = Records[Plural]

/** A place of the network where equipment stands and faults are. */
export type NodeKind = 'substation' | 'line' | 'district'
export type OriginKind = NodeKind | 'equipment'
