package customer

// MarkLine is the line on top and in the margins of a table that leaves: its mark,
// or that it is masked.
func (s *Service) MarkLine(lang string, m *Mark) string {
	if m == nil {
		return s.Text(lang, "customer.export_masked", nil)
	}
	return s.Text(lang, "customer.export_mark", m.Words())
}

// MarkHeadings are the headings of the last columns of a table that leaves,
// MarkCells what stands under them on every row: a part of a file names its taker
// too.
func (s *Service) MarkHeadings(lang string, m *Mark) []string {
	if m == nil {
		return []string{s.Text(lang, "customer.column.masked", nil)}
	}
	return []string{s.Text(lang, "customer.column.serial", nil), s.Text(lang, "customer.column.taker", nil), s.Text(lang, "customer.column.taken_at", nil)}
}

// MarkCells: see MarkHeadings.
func (s *Service) MarkCells(lang string, m *Mark) []string {
	if m == nil {
		return []string{s.Text(lang, "customer.masked_row", nil)}
	}
	return []string{m.Serial, m.Taker, m.minute()}
}
