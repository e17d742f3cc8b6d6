package pls

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadCSVTakesTheWantedColumns(t *testing.T) {
	text := "\ufeffid, x ,note,y\r\nR1, 7 ,\"a,b\r\nc\",1.5\r\nR2,NA,,\r\nR3,-99,ok,1e1\r\n"
	d, err := ReadCSV(strings.NewReader(text), []string{"y", "x", "z"})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(d.Names, []string{"x", "y"}) || d.Rows() != 3 {
		t.Fatalf("names %q, %d rows", d.Names, d.Rows())
	}
	if got := fmt.Sprint(d.Columns); got != "[[7 NaN -99] [1.5 NaN 10]]" {
		t.Errorf("columns %s", got)
	}
}

func TestReadCSVNamesRowAndColumn(t *testing.T) {
	items := []string{"x", "y"}
	for _, c := range []struct {
		name, text string
		want       Problems
	}{
		{"empty file", "", Problems{{Code: CSVEmpty}}},
		{"mark only", "\ufeff", Problems{{Code: CSVEmpty}}},
		{"semicolons", "x;y\n1;2\n", Problems{{Code: CSVDelimiter, Column: 1, Detail: "x;y"}}},
		{"text for a number", "x,y\n1,2\n3,gut\n", Problems{
			{Code: CSVNumber, Item: "y", Row: 2, Column: 2, Detail: "gut"},
		}},
		{"two wrong cells in a row", "x,y\n一,二\n", Problems{
			{Code: CSVNumber, Item: "x", Row: 1, Column: 1, Detail: "一"}, {Code: CSVNumber, Item: "y", Row: 1, Column: 2, Detail: "二"},
		}},
		{"infinity", "x,y\nInf,2\n", Problems{{Code: CSVNumber, Item: "x", Row: 1, Column: 1, Detail: "Inf"}}},
		{"not a number", "x,y\nNaN,2\n", Problems{{Code: CSVNumber, Item: "x", Row: 1, Column: 1, Detail: "NaN"}}},
		{"formula", "x,y\n=1+1,2\n", Problems{{Code: CSVNumber, Item: "x", Row: 1, Column: 1, Detail: "=1+1"}}},
		{"cut in the middle", "x,y\n1,2\n3", Problems{{Code: CSVFields, Row: 2, Count: 1, Value: 2}}},
		{"ten thousand columns", "x,y\n1" + strings.Repeat(",2", 9999) + "\n", Problems{{Code: CSVFields, Row: 1, Count: 10000, Value: 2}}},
		{"broken quoting", "x,y\n1,2\n\"3,4\n", Problems{{Code: CSVQuote, Row: 2, Column: 6, Detail: `extraneous or missing " in quoted-field`}}},
		{"broken quoting in the header", "x,\"y\n", Problems{{Code: CSVQuote, Column: 6, Detail: `extraneous or missing " in quoted-field`}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadCSV(strings.NewReader(c.text), items)
			if got := problemsOf(t, err); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestReadCSVStopsAfterTwentyWrongCells(t *testing.T) {
	_, err := ReadCSV(strings.NewReader("x\n"+strings.Repeat("?\n", 1000)), []string{"x"})
	if ps := problemsOf(t, err); len(ps) != maxCSVProblems || ps[19].Row != 20 {
		t.Errorf("%d problems", len(ps))
	}
}

func TestReadCSVHandsOnErrorsOfTheSource(t *testing.T) {
	broken := errors.New("disk away")
	for _, text := range []string{"", "x,y\n1,2\n"} {
		_, err := ReadCSV(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), []string{"x"})
		if !errors.Is(err, broken) {
			t.Errorf("after %q: %v", text, err)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("x,y\n1,2\n,NA\n")
	f.Add("\ufeffy,x\r\n\"1\",2e3\r\n")
	f.Add("x;y\n1;2")
	f.Add("x,x\n1,\"2\n")
	if b, err := os.ReadFile("testdata/ecsi_power_missing.csv"); err == nil {
		f.Add(string(b[:2000]))
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ReadCSV(strings.NewReader(text), []string{"x", "y", "IMAG1"})
		if err != nil {
			if ps := problemsOf(t, err); len(ps) == 0 {
				t.Fatal("an error without a problem")
			}
			return
		}
		if len(d.Names) != len(d.Columns) {
			t.Fatalf("%d names for %d columns", len(d.Names), len(d.Columns))
		}
		for _, col := range d.Columns {
			if len(col) != d.Rows() {
				t.Fatalf("columns of %d and %d rows", len(col), d.Rows())
			}
			for _, v := range col {
				if math.IsInf(v, 0) {
					t.Fatal("an infinite answer was read")
				}
			}
		}
	})
}
