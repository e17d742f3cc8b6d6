package knowledge

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown knows no HTML: what looks like it is text.
var markdown = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(util.Prioritized(parser.NewSetextHeadingParser(), 100), util.Prioritized(parser.NewThematicBreakParser(), 200), util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400), util.Prioritized(parser.NewCodeBlockParser(), 500), util.Prioritized(parser.NewATXHeadingParser(), 600), util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800), util.Prioritized(parser.NewParagraphParser(), 1000)),
		parser.WithInlineParsers(util.Prioritized(parser.NewCodeSpanParser(), 100), util.Prioritized(parser.NewLinkParser(), 200), util.Prioritized(parser.NewEmphasisParser(), 500)),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		parser.WithASTTransformers(util.Prioritized(tame{}, 900)))),
	goldmark.WithExtensions(extension.Table, extension.Strikethrough),
	goldmark.WithRendererOptions(html.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(plainImages{}, 100))))

// renderHTML makes of Markdown what a page may show as it is.
func renderHTML(body string) string {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(body), &b); err != nil { // a buffer takes everything
		return ""
	}
	return b.String()
}

// tame brings a document into the page: its highest headings stand next below the
// page's own, however its author began, and
// its links lead to web pages, mail, telephones and pages of the program only.
type tame struct{}

// The levels that headings of an article may have; the first is the page's own.
const highest, deepest = 2, 6

// top is the level of the highest heading of a document.
func top(doc *ast.Document) int {
	found := deepest
	_ = ast.Walk(doc, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok {
			found = min(found, h.Level)
		}
		return ast.WalkContinue, nil
	})
	return found
}

// Transform implements parser.ASTTransformer.
func (tame) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	first := top(doc)
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = min(n.Level-first+highest, deepest)
		case *ast.Link:
			if !decent(string(n.Destination)) {
				n.Destination = nil
			}
			n.SetAttributeString("rel", []byte("noopener noreferrer"))
		}
		return ast.WalkContinue, nil
	})
}

// decent tells whether a link may be followed.
func decent(target string) bool {
	u, err := url.Parse(target)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "mailto", "tel":
		return true
	case "":
		return u.Host == "" && strings.HasPrefix(target, "/")
	}
	return false
}

// plainImages shows the words of an image: a picture from elsewhere would tell its
// server who reads the article.
type plainImages struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (plainImages) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindImage, func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) { return ast.WalkContinue, nil })
}

// plainText is what a reader sees of Markdown, one block a line.
func plainText(body string) string {
	source := []byte(body)
	var b strings.Builder
	_ = ast.Walk(markdown.Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(source))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte('\n')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			if entering {
				b.Write(n.Lines().Value(source))
			}
		default:
			if !entering && n.Type() == ast.TypeBlock && b.Len() > 0 {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}
