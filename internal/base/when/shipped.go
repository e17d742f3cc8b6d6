package when

import "embed"

// The notices of the State Council that come with the program.
//
//go:embed calendar/*.json
var shippedFiles embed.FS

var (
	shippedYears    = mustShip()
	shippedCalendar = NewCalendar(shippedYears...)
)

func mustShip() (years []Year) {
	files, err := shippedFiles.ReadDir("calendar")
	mustRead("calendar", err)
	for _, f := range files {
		raw, err := shippedFiles.ReadFile("calendar/" + f.Name())
		mustRead(f.Name(), err)
		y, err := ReadYear(raw)
		mustRead(f.Name(), err)
		years = append(years, y)
	}
	return years
}

// mustRead stops at a file that is part of the program, and that tests read.
func mustRead(name string, err error) {
	if err != nil {
		panic(name + ": " + err.Error())
	}
}

// Shipped are the years that come with the program.
func Shipped() []Year { return shippedYears }

// ShippedCalendar is the calendar of these years.
func ShippedCalendar() *Calendar { return shippedCalendar }
