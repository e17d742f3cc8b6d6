package app

import (
	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// buildBulk makes the module of bulk changes and tells it of which records there are.
func (a *App) buildBulk() {
	a.Bulks = bulk.New(bulk.Deps{DB: a.DB, Keys: a.Keys, Audit: a.Audit, Users: a.Access, Jobs: a.Jobs, Cursors: a.Cursors, Text: catalogue.Text})
	a.Bulks.Add(task.BulkKind, a.Tasks.BulkRecords())
	a.Bulks.Add(customer.BulkKind, a.Customers.BulkRecords())
	a.Bulks.Add(feedback.BulkKind, a.Feedback.BulkRecords())
	a.Bulks.RegisterJobs()
}

// bulkRoutes registers what is asked of bulk changes, and of each kind of records.
func (a *App) bulkRoutes(api *rest.API) {
	a.Bulks.Routes(api)
	bulk.Routes(api, a.Bulks, bulk.Kind[task.BulkFilter, task.BulkChange]{Name: task.BulkKind, Module: "task", Path: "/api/v1/tasks", Choose: a.Tasks.BulkChosenTx})
	bulk.Routes(api, a.Bulks, bulk.Kind[customer.Filter, customer.BulkChange]{Name: customer.BulkKind, Module: "customer", Path: "/api/v1/customers", Choose: a.Customers.BulkChosenTx})
	bulk.Routes(api, a.Bulks, bulk.Kind[feedback.BulkFilter, feedback.BulkChange]{Name: feedback.BulkKind, Module: "feedback", Path: "/api/v1/cases", Choose: a.Feedback.BulkChosenTx})
}
