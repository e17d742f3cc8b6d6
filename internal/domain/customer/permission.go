package customer

// Operations that need the permission of another; the audit log tells them apart.
const (
	opEditNote   = "customer.edit_note"
	opRemoveNote = "customer.remove_note"
	opEditLog    = "customer.edit_log"
	opDownload   = "customer.download"
	opPreview    = "customer.attachment_preview"
	opDetach     = "customer.detach"
)

// Permissions of the module.
const (
	PermList     = "customer.list"
	PermGet      = "customer.get"
	PermCreate   = "customer.create"
	PermCheck    = "customer.check"
	PermUpdate   = "customer.update"
	PermClose    = "customer.close"
	PermReopen   = "customer.reopen"
	PermReveal   = "customer.reveal" // see personal data whole
	PermHistory  = "customer.history"
	PermNote     = "customer.note"
	PermAnalyse  = "customer.analyse"
	PermLog      = "customer.log"
	PermTag      = "customer.tag"
	PermClassify = "customer.classify"
	PermAttach   = "customer.attach"
	PermFill     = "customer.fill"
	PermMerge    = "customer.merge"
	PermUnmerge  = "customer.unmerge"
	PermExport   = "customer.export"

	PermSchemeList   = "scheme.list"
	PermSchemeCreate = "scheme.create"
	PermSchemeUpdate = "scheme.update"
	PermSchemeCount  = "scheme.count"

	PermFieldList   = "field.list"
	PermFieldCreate = "field.create"
	PermFieldUpdate = "field.update"
	PermFieldReport = "field.report"

	PermReceptionList   = "reception.list"
	PermReceptionGet    = "reception.get"
	PermReceptionCreate = "reception.create"
	PermReceptionUpdate = "reception.update"
	PermReceptionLog    = "reception.log"
	PermReceptionLink   = "reception.link" // to a customer, or make one of the visitor
	PermReceptionCheck  = "reception.check"
)
