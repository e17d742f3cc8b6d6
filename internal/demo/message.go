package demo

import (
	"context"
	"maps"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Where "zhiyin sink" listens unless it is told otherwise: what the demo company says
// goes there, and to nobody else.
const (
	SinkSMTPPort = 2525
	SinkSMTP     = "127.0.0.1:2525"
	SinkHTTP     = "127.0.0.1:8026"
)

// portalAddress is where the demo listens unless it is told otherwise.
const portalAddress = "http://127.0.0.1:8080"

// said is what waits in the outbox of each company.
var said = []struct {
	channel  message.Channel
	template string
	lang     string
	values   map[string]string
}{
	{message.SMS, "case.accepted", "zh", map[string]string{"name": "王先生", "case": "GD-0601-0012", "due": "今日 18:00 前"}},
	{message.SMS, "fault.restored", "zh", map[string]string{"place": "城关镇解放路一带", "cause": "树障碰线", "time": "10:20"}},
	{message.Email, "promise.made", "zh", map[string]string{"name": "陈女士", "promise": "更换老化的进户线", "due": "本周五"}},
	{message.Email, "case.accepted", "en", map[string]string{"name": "Ms Smith", "case": "GD-0601-0015", "due": "6 pm today"}},
	{message.SMS, "service.tip", "zh", map[string]string{"name": "李先生", "offer": "居民峰谷电价可为您家每月节省约 18 元"}},
}

// makeChannels sets the channels of each company to the sink and serves its customers in
// the portal, to which messages lead.
func (b *builder) makeChannels(ctx context.Context) error {
	mail := message.MailInput{MailSettings: message.MailSettings{Enabled: true, Host: "127.0.0.1", Port: SinkSMTPPort, Security: "none", FromAddress: "service@example.com", FromName: "供电服务"}}
	gateway := message.GatewayInput{GatewaySettings: message.GatewaySettings{Enabled: true, Method: "POST", URL: "http://" + SinkHTTP + "/sms", Headers: []message.Header{}, Format: "json",
		Body: `{"phone": "{phone}", "text": "{text}", "key": "{key}"}`, SuccessPath: "code", SuccessValues: []string{"0"}, RetryValues: []string{}, ReceiptPath: "data.id", Idempotent: true}}
	system, err := b.System(ctx, b.actor.Name)
	if err != nil {
		return err
	}
	for _, p := range companies {
		o := b.orgs[p.Code]
		if _, err := b.Portal.SetSetting(system, o.ID, 0, portal.SettingInput{Enabled: true, Address: portalAddress}); err != nil {
			return err
		}
		if _, err := b.Messages.SetEmail(system, o.ID, 0, mail); err != nil {
			return err
		}
		if _, err := b.Messages.SetSMS(system, o.ID, 0, gateway); err != nil {
			return err
		}
	}
	return nil
}

// makeMessages puts something into the outbox of each company. The last one has no consent,
// and is seen to be dropped.
func (b *builder) makeMessages(ctx context.Context) error {
	return b.DB.Write(ctx, func(tx *db.Tx) error {
		for i, p := range companies {
			o := b.orgs[p.Code]
			if err := b.sayTx(tx, o.ID, o.Name, i); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *builder) sayTx(tx *db.Tx, org id.ID, name string, company int) error {
	for i, s := range said {
		to := cn.UnallocatedMobilePrefix + "0000" + string([]byte{'1' + byte(company), '0', '0', '0' + byte(i)})
		if s.channel == message.Email {
			to = "customer" + string('a'+rune(i)) + "@example.com"
		}
		values := maps.Clone(s.values)
		values["company"] = name
		if _, err := b.Messages.SendTx(tx, message.Send{OrgID: org, Channel: s.channel, To: to, ToName: values["name"], Template: s.template, Lang: s.lang, Values: values}); err != nil {
			return err
		}
	}
	return nil
}
