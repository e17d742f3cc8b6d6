package pls

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxCSVProblems bounds the wrong cells reported before reading stops.
const maxCSVProblems = 20

// ReadCSV reads the columns named in items from comma-separated UTF-8 text with a header row, with or without byte
// order mark; other columns may hold anything. An empty cell or NA is a missing answer. An item without a column is left
// to [Prepare]. The error is of type [Problems] with row (1-based, header not counted) and column, or that of the reader.
func ReadCSV(r io.Reader, items []string) (Dataset, error) {
	buf := bufio.NewReaderSize(r, 1<<16)
	if bom, _ := buf.Peek(3); string(bom) == "\ufeff" {
		_, _ = buf.Discard(3)
	}
	in := csv.NewReader(buf)
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return Dataset{}, Problems{{Code: CSVEmpty}}
	}
	if err != nil {
		return Dataset{}, csvError(err, 0)
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return Dataset{}, Problems{{Code: CSVDelimiter, Column: 1, Detail: header[0]}}
	}
	t := newCSVTable(header, items)
	for row := 1; ; row++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t.data, t.problems.err()
		}
		if err != nil {
			return Dataset{}, csvError(err, row)
		}
		if t.add(cells, row); len(t.problems) >= maxCSVProblems {
			return Dataset{}, t.problems
		}
	}
}

// csvError turns broken quoting into a problem; an error of the source stays what it is.
func csvError(err error, row int) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	return Problems{{Code: CSVQuote, Row: row, Column: parse.Column, Detail: parse.Err.Error()}}
}

// csvTable collects the wanted columns.
type csvTable struct {
	width    int
	at       []int // position in the file of each column of data
	data     Dataset
	problems Problems
}

func newCSVTable(header, items []string) *csvTable {
	t := &csvTable{width: len(header)}
	for j, name := range header {
		if name = strings.TrimSpace(name); slices.Contains(items, name) {
			t.at = append(t.at, j)
			t.data.Names = append(t.data.Names, strings.Clone(name))
			t.data.Columns = append(t.data.Columns, nil)
		}
	}
	return t
}

func (t *csvTable) add(cells []string, row int) {
	if len(cells) != t.width {
		t.problems = append(t.problems, Problem{Code: CSVFields, Row: row, Count: len(cells), Value: Number(t.width)})
		return
	}
	for i, j := range t.at {
		v, ok := parseAnswer(cells[j])
		if !ok {
			t.problems = append(t.problems, Problem{
				Code: CSVNumber, Item: t.data.Names[i], Row: row, Column: j + 1, Detail: strings.Clone(cells[j]),
			})
		}
		t.data.Columns[i] = append(t.data.Columns[i], v)
	}
}

// parseAnswer reads a number; NaN stands for a missing one.
func parseAnswer(cell string) (v float64, ok bool) {
	if len(cell) == 1 && cell[0] >= '0' && cell[0] <= '9' {
		return float64(cell[0] - '0'), true
	}
	cell = strings.TrimSpace(cell)
	if cell == "" || cell == "NA" {
		return math.NaN(), true
	}
	v, err := strconv.ParseFloat(cell, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}
