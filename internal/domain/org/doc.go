// Package org keeps the organisation tree.
//
// Owns: organisations 组织 and their levels: province company 省公司, city company
// 市公司, county supply company 县供电公司 (the company that data belong to), and
// the departments and stations 部门/供电所 (units) inside a county company.
// Does not own: users, who may see what (access).
//
// Invariants: one root per tree; a city stands under a province, a county under
// a city, a unit under a county or another unit; codes are unique; an
// organisation does not move, for data keep its identifier.
//
// Sources: V1 (several companies in one installation).
package org
