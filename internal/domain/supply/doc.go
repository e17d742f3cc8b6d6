// Package supply keeps the supply side of the archive: what a customer is
// supplied with, through what, and how much he takes.
//
// Owns: accounts 用电户 with their numbers 户号, premises 用电地址, metering points
// 计量点, meters 电能表 and where they hung; the network: substations 变电站, lines
// 线路, transformer districts 台区, equipment 设备 and its condition; the customer's
// own installation 客户受电装置; supply contracts 供用电合同; monthly consumption
// 月用电量 with its sums, figures and forecasts.
// Does not own: customers (customer), faults as events (connection and feedback
// report them here as conditions), tariffs and bills (billing).
//
// Words follow IEC 61968 (CIM) and the Chinese power marketing system: account =
// CustomerAccount = C_CONS, premise = ServiceLocation, metering point =
// UsagePoint = C_MP, meter = Meter, district = the supply area of one
// distribution transformer. Code lists are in code/codes.json.
//
// The network is a tree: a line starts at a substation or branches off another
// line, a district hangs on a line. A section behind a switch is a branch with
// the switch on it. An account is supplied from a district, or at high voltage
// from a line; its metering points are supplied from there too unless they name
// another place (a second source). A piece of equipment or a fault stands at a
// node: it reaches every account supplied through that node, and an account's
// path is the nodes through which it is supplied. Closed accounts and withdrawn
// points are supplied from nowhere.
//
// Invariants: a number, current or former, belongs to one account of a company;
// a meter hangs at one point at a time; the states of an own installation follow
// each other without gap or overlap; a month of an account has one energy, and
// sales holds the sums of consumption by the segment at the time of the sale;
// account_stock holds how many live accounts each segment has.
//
// Units: capacity VA, power W, reactive power var, energy Wh, length m.
//
// Operations are named by their permission and, where it is not the account, the
// noun: supply.list.meter needs supply.list.
//
// Sources: A3, A5, A7, A9, A10, A11.
package supply
