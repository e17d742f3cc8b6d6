package sink_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/sink"
)

func TestMailIsTakenAndShown(t *testing.T) {
	var out strings.Builder
	s := &sink.Sink{Out: &out}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.ServeSMTP(ctx, l) }()
	letter := "Subject: =?UTF-8?B?5rWL6K+V?=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E4=BD=A0=E5=A5=BD\r\n..\r\n"
	if err := smtp.SendMail(l.Addr().String(), nil, "a@example.com", []string{"b@example.com", "c@example.com"}, []byte(letter)); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	all := s.All()
	if len(all) != 1 || all[0].Subject != "测试" || all[0].From != "a@example.com" || len(all[0].To) != 2 || !strings.HasPrefix(all[0].Text, "你好\n..") {
		t.Errorf("%+v", all)
	}
	if !strings.Contains(out.String(), "测试") {
		t.Error(out.String())
	}
}

func TestRequestsAreTakenAndShown(t *testing.T) {
	s := new(sink.Sink)
	server := httptest.NewServer(s)
	defer server.Close()
	post := func() string {
		r, err := http.NewRequest(http.MethodPost, server.URL+"/sms", strings.NewReader("<script>alert(1)</script>"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Idempotency-Key", "k")
		return read(t, r)
	}
	if first, second := post(), post(); first != second || !strings.Contains(first, `"code":"0"`) {
		t.Errorf("%s %s", first, second)
	}
	if all := s.All(); len(all) != 2 || all[0].Again || !all[1].Again {
		t.Errorf("%+v", all)
	}
	for path, want := range map[string]string{"/": "&lt;script&gt;", "/messages.json": `"again":true`} {
		r, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if page := read(t, r); !strings.Contains(page, want) {
			t.Errorf("%s: %s", path, page)
		}
	}
}

func read(t *testing.T, r *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
