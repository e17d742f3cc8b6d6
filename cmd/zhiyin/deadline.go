package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// deadline are the flags of the command as given.
type deadline struct {
	from, limit      string
	hours, restHours []string
	pauses, years    []string
	explain          bool
}

// newDeadlineCommand is zhiyin deadline: a date from a day and a limit, without a database.
func newDeadlineCommand() *cobra.Command {
	var d deadline
	cmd := &cobra.Command{
		Use: "deadline --from DAY --limit LIMIT", Short: "计算办理期限 · Count a deadline", Args: cobra.NoArgs,
		Long: `从某日起计算期限,不需要数据库。期限单位:m 分钟,h 小时,d 日历日,wd 工作日(按国务院办公厅放假通知,含调休)。
开始当日不计;日历日的最后一日逢休息日顺延(民法典第二百零一条、第二百零三条)。第一行是结果;没有所需年份的放假安排时不猜测,退出码为 1。

Counts a deadline from a day; needs no database. Units: m minutes, h hours, d calendar days, wd working days (by the
State Council's notices, with exchanged days). The day it begins on is not counted; calendar days that would end on a
day off end on the next working day (Civil Code, articles 201 and 203). The first line is the result; where the
calendar of a year on the way is not there, none is guessed and the exit code is 1.`,
		Example: `  zhiyin deadline --from 2026-02-13 --limit 3wd --explain
  zhiyin deadline --from "2026-02-13 16:40" --limit 4h --hours 08:30-12:00,14:00-17:30
  zhiyin deadline --from 2026-02-13 --limit 15wd --pause 2026-03-02..2026-03-09
  zhiyin deadline --from 2026-12-28 --limit 5wd --calendar 2027.json`,
		RunE: func(cmd *cobra.Command, _ []string) error { return d.run(cmd.OutOrStdout()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&d.from, "from", "", "开始 · begin: 2026-02-13 or 2026-02-13 16:40")
	flags.StringVar(&d.limit, "limit", "", "期限 · limit: 30m, 24h, 10d, 3wd")
	flags.StringArrayVar(&d.pauses, "pause", nil, "暂停,可重复 · pause, repeatable: FROM..TO, or FROM.. while it lasts")
	flags.StringSliceVar(&d.hours, "hours", nil, "工作日的服务时间(m、h) · service hours of working days, for m and h")
	flags.StringSliceVar(&d.restHours, "rest-hours", nil, "休息日的服务时间 · service hours of days off")
	flags.StringArrayVar(&d.years, "calendar", nil, "某年放假安排的文件,可重复 · file of a year's calendar, repeatable")
	flags.BoolVar(&d.explain, "explain", false, "列出每一天是否计入 · tell of every day whether it counts")
	for _, name := range []string{"from", "limit"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was registered above
		}
	}
	return cmd
}

func (d *deadline) run(out io.Writer) error {
	q, err := d.count()
	if err != nil {
		return err
	}
	c, err := d.calendar()
	if err != nil {
		return err
	}
	e := c.Explain(q)
	switch e.State {
	case when.CalendarMissing:
		return inputError{
			zh: fmt.Sprintf("没有 %[1]d 年的放假安排,不能计算。请用 --calendar 给出该年的文件,格式见 docs/deadlines.md。", e.Year),
			en: fmt.Sprintf("There is no calendar of %[1]d, so there is no date. Give its file by --calendar; the format is in docs/deadlines.md.", e.Year),
		}
	case when.Paused:
		return inputError{zh: "已暂停且尚未恢复,没有期限。", en: "The clock stands still, so there is no date yet."}
	}
	if q.Limit.ByDay() {
		fmt.Fprintln(out, e.At.Day())
	} else {
		fmt.Fprintln(out, e.At.Time().Format("2006-01-02 15:04"))
	}
	if d.explain {
		return writeExplanation(out, e)
	}
	return nil
}

// calendar is the shipped one with the years of the files.
func (d *deadline) calendar() (*when.Calendar, error) {
	c := when.ShippedCalendar()
	for _, name := range d.years {
		raw, err := os.ReadFile(name)
		if err != nil {
			var path *fs.PathError
			errors.As(err, &path)
			return nil, explain(path)
		}
		y, err := when.ReadYear(raw)
		if err != nil {
			return nil, explainFault(err)
		}
		c = c.With(y)
	}
	return c, nil
}

func (d *deadline) count() (q when.Count, err error) {
	if q.From, err = parseMoment("from", d.from); err != nil {
		return q, err
	}
	if q.Limit, err = when.ParseLimit(d.limit); err != nil {
		return q, inputError{
			zh: fmt.Sprintf("--limit「%s」无法识别。请写数字和单位(1–%d,m、h、d、wd),如 3wd。", d.limit, when.MaxLimit),
			en: fmt.Sprintf("--limit %q is not understood. Write a number from 1 to %d and a unit (m, h, d, wd), such as 3wd.", d.limit, when.MaxLimit),
		}
	}
	if q.Pauses, err = parsePauses(q.From, d.pauses); err != nil {
		return q, err
	}
	if len(d.hours)+len(d.restHours) > 0 {
		q.Hours, err = parseHours(d.hours, d.restHours)
	}
	return q, err
}

// parseMoment reads a day, or a day and a time.
func parseMoment(flag, s string) (when.Instant, error) {
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, when.Zone); err == nil && t.Year() >= when.FirstYear && t.Year() <= when.LastYear {
			return when.At(t), nil
		}
	}
	return 0, inputError{
		zh: fmt.Sprintf("--%s「%s」不是 %d 至 %d 年的日期。请写成 2026-02-13 或 2026-02-13 16:40。", flag, s, when.FirstYear, when.LastYear),
		en: fmt.Sprintf("--%s %q is no date from %d to %d. Write 2026-02-13 or 2026-02-13 16:40.", flag, s, when.FirstYear, when.LastYear),
	}
}

func parsePauses(from when.Instant, texts []string) (all []when.Pause, err error) {
	last := from
	for _, text := range texts {
		begin, end, _ := strings.Cut(text, "..")
		var p when.Pause
		if p.From, err = parseMoment("pause", begin); err != nil {
			return nil, err
		}
		if end != "" {
			if p.To, err = parseMoment("pause", end); err != nil {
				return nil, err
			}
		}
		if last == 0 || p.From < last || p.To != 0 && p.To < p.From {
			return nil, inputError{
				zh: fmt.Sprintf("--pause「%s」次序不对。请按时间先后给出,写成 开始..恢复,只有最后一次可以没有恢复。", text),
				en: fmt.Sprintf("--pause %q is out of order. Give pauses one after another as FROM..TO; only the last may lack its end.", text),
			}
		}
		all, last = append(all, p), p.To
	}
	return all, nil
}

func parseHours(work, rest []string) (*when.Hours, error) {
	h, err := new(when.Hours), error(nil)
	for i, part := range append(work, rest...) {
		var s when.Span
		err = cmp.Or(err, s.UnmarshalText([]byte(part)))
		if i < len(work) {
			h.Work = append(h.Work, s)
		} else {
			h.Rest = append(h.Rest, s)
		}
	}
	if err = cmp.Or(err, h.Check()); err != nil {
		return nil, inputError{
			zh: "服务时间无法识别。请按先后写成 08:30-12:00,14:00-17:30。",
			en: "The service hours are not understood. Write them in order, such as 08:30-12:00,14:00-17:30.",
		}
	}
	return h, nil
}

// writeExplanation tells of each day in both languages, and what it was counted by.
func writeExplanation(out io.Writer, e when.Explanation) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range e.Steps {
		day, err := s.Day.Time()
		if err != nil {
			return err
		}
		mark := "-"
		switch {
		case s.N > 0:
			mark = fmt.Sprint(s.N)
		case s.Minutes > 0:
			mark = fmt.Sprint(s.Minutes, " m")
		}
		reason, kind := "calendar.reason."+string(s.Reason), "calendar.kind."+s.Kind.String()
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s  %s  %s\n", s.Day, day.Format("Mon"), mark, sentence("en", reason, nil), sentence("en", kind, nil),
			sentence("zh", reason, nil), sentence("zh", kind, nil), s.Name)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "民法典 Civil Code, art. 201, 203")
	for _, n := range e.Notices {
		fmt.Fprintf(out, "%d  %s  %s\n", n.Year, n.Number, strings.Join(n.Papers, " "))
	}
	return nil
}
