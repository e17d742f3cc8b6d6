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
	for _, f := range files {
		var raw []byte
		if raw, err = shippedFiles.ReadFile("calendar/" + f.Name()); err == nil {
			var y Year
			y, err = ReadYear(raw)
			years = append(years, y)
		}
		if err != nil {
			panic(f.Name() + ": " + err.Error()) // the file is part of the program, and tests read it
		}
	}
	return years
}

// Shipped are the years that come with the program.
func Shipped() []Year { return shippedYears }

// ShippedCalendar is the calendar of these years.
func ShippedCalendar() *Calendar { return shippedCalendar }
