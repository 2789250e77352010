package api

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	reflected "github.com/swaggest/openapi-go/openapi3"

	"rectify/content"
	"rectify/content/render"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/web"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// row is one operation as it is described: the words, what is asked, and what a
// success answers with.
type row struct {
	method, path, say string
	asked             any
	status            int
	answer            any
	faults            []int
}

type cursorQuery struct {
	After string `query:"after" description:"上一页给出的游标 / cursor of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" description:"每页多少条 / rows of a page"`
}

type placeQuery struct {
	cursorQuery
	Notice string `query:"notice" description:"只要针对这份通报的 / about this notice only"`
	Item   string `query:"item" description:"只要针对这一项的 / about this item only"`
}

type geoQuery struct {
	Jurisdiction string `query:"jurisdiction_id" description:"不看 / not looked at: a site is one body"`
	IDs          string `query:"service_request_id" description:"编号，逗号分开 / numbers, with commas between"`
	Service      string `query:"service_code" description:"类别，逗号分开 / categories, with commas between"`
	From         string `query:"start_date" description:"从哪天收到，缺省90天前 / received from; 90 days ago where not given"`
	To           string `query:"end_date" description:"到哪天收到 / received until"`
	Status       string `query:"status" description:"open、closed，逗号分开 / open, closed, with a comma between"`
	After        string `query:"after" description:"Link头里给出的游标 / cursor out of the Link header"`
	Size         int    `query:"page_size" minimum:"1" maximum:"200" description:"每页多少条，缺省1000 / rows of a page, 1,000 where not given"`
}

type slugPath struct {
	Slug string `path:"slug" description:"通报的标识 / slug of the notice"`
}

type filePath struct {
	File string `path:"file" description:"标识加.json或.xml / name with .json or .xml"`
}

type geoForm struct {
	Service   string `formData:"service_code" required:"true" description:"类别 / category"`
	Text      string `formData:"description" required:"true" description:"意见正文 / the text"`
	First     string `formData:"first_name" description:"名 / given name"`
	Last      string `formData:"last_name" description:"姓 / family name"`
	Phone     string `formData:"phone" description:"电话 / phone"`
	Email     string `formData:"email" description:"电子邮箱 / e-mail"`
	Place     string `formData:"address_string" description:"地点，附在正文后 / a place; added to the text"`
	Lat       string `formData:"lat" description:"纬度，附在正文后 / latitude; added to the text"`
	Long      string `formData:"long" description:"经度，附在正文后 / longitude; added to the text"`
	Picture   string `formData:"media_url" description:"图片地址，附在正文后，不去下载 / address of a picture; added to the text, never fetched"`
	Notice    string `formData:"attribute[notice]" description:"针对的通报 / notice"`
	Item      string `formData:"attribute[item]" description:"针对的事项 / item"`
	Published string `formData:"attribute[publish_consent]" enum:"true,false" description:"同意公开 / may be published"`
	Contacted string `formData:"attribute[contact_consent]" enum:"true,false" description:"同意联系 / may be contacted"`
	Key       string `header:"Idempotency-Key" minLength:"16" maxLength:"64" description:"同一个键只收一次，记24小时 / taken once, kept for 24 h"`
}

func rows() []row {
	const get, post = http.MethodGet, http.MethodPost
	refused := []int{400, 413, 415, 422, 429, 503}
	all := []row{
		{get, "/api/v1/notices", "通报目录 / notices, newest first", cursorQuery{}, 200, page[noticeRow]{}, []int{400}},
		{get, "/api/v1/notices/{slug}", "一份通报的全部内容 / one notice, whole", slugPath{}, 200, render.Shape(), []int{404}},
		{get, "/api/v1/submissions", "已公开的意见和答复 / published submissions with their replies, latest published first", placeQuery{}, 200, page[publicRow]{}, []int{400}},
		{post, "/api/v1/submissions", "提交一条意见；查询码只给这一次（同一个idempotency_key除外） / hand in a submission; the receipt code is told once, but for a repeat with the same key", request{}, 201, receipt{}, refused},
		{get, "/api/openapi.json", "本说明 / this description", nil, 200, map[string]any{}, nil},
		{get, "/open311/v2/discovery.{format}", "Open311：服务说明 / service discovery", formatPath{}, 200, discovery{}, nil},
		{get, "/open311/v2/services.{format}", "Open311：类别 / categories as services", formatPath{}, 200, []service{}, nil},
		{get, "/open311/v2/services/{file}", "Open311：一个类别可填的内容 / what else a request of one category may say", filePath{}, 200, definition{}, []int{404}},
		{get, "/open311/v2/requests.{format}", "Open311：已公开的意见 / published submissions", geoListed{}, 200, []serviceRequest{}, []int{422}},
		{get, "/open311/v2/requests/{file}", "Open311：一条已公开的意见 / one published submission", filePath{}, 200, []serviceRequest{}, []int{404}},
		{post, "/open311/v2/requests.{format}", "Open311：提交一条意见 / hand in a submission", geoPosted{}, 201, []taken{}, refused},
	}
	return all
}

type formatPath struct {
	Format string `path:"format" enum:"json,xml" description:"格式 / format"`
}

type geoListed struct {
	formatPath
	geoQuery
}

type geoPosted struct {
	formatPath
	geoForm
}

func described(t *testing.T) []byte {
	t.Helper()
	r := reflected.NewReflector()
	r.Spec.Info.WithTitle("整改公开 Rectify").WithVersion("1").WithDescription("已公开的数据和意见的提交。出错时回答application/problem+json（RFC 9457）。 / What is public as data, and intake of submissions. Errors are application/problem+json (RFC 9457).")
	r.Spec.WithServers(reflected.Server{URL: ".."})
	r.AddTypeMapping(content.Day{}, calendar.Day(""))
	r.AddTypeMapping(json.RawMessage{}, map[string]any{})
	r.DefaultOptions = append(r.DefaultOptions, jsonschema.InterceptDefName(func(ty reflect.Type, name string) string {
		if ty.PkgPath() == reflect.TypeFor[web.Problem]().PkgPath() {
			return strings.TrimPrefix(name, "Web")
		}
		name = strings.TrimPrefix(strings.TrimPrefix(name, "Api"), "Render")
		if strings.HasPrefix(ty.Name(), "page[") { // of rows
			return "PageOf" + name[strings.LastIndex(name, "Api")+len("Api"):]
		}
		return name
	}))
	r.DefaultOptions = append(r.DefaultOptions, jsonschema.InterceptProp(always), jsonschema.InterceptSchema(oneOf))
	for _, o := range rows() {
		op, err := r.NewOperationContext(o.method, o.path)
		if err != nil {
			t.Fatal(err)
		}
		op.SetSummary(o.say)
		if o.asked != nil {
			op.AddReqStructure(o.asked)
		}
		op.AddRespStructure(o.answer, openapi.WithHTTPStatus(o.status))
		if o.status == http.StatusCreated {
			op.AddRespStructure(o.answer, openapi.WithHTTPStatus(http.StatusOK))
		}
		for _, status := range o.faults {
			op.AddRespStructure(web.Problem{}, openapi.WithHTTPStatus(status), openapi.WithContentType("application/problem+json"))
		}
		if err := r.AddOperation(op); err != nil {
			t.Fatalf("%s %s: %v", o.method, o.path, err)
		}
	}
	out, err := json.MarshalIndent(r.Spec, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

// always says that a field of an answer is there, unless its tag says that it
// may be left out. A submission must have its text alone.
func always(p jsonschema.InterceptPropParams) error {
	tag := p.Field.Tag.Get("json")
	name, option, _ := strings.Cut(tag, ",")
	if !p.Processed || name == "" || name == "-" || strings.HasPrefix(option, "omit") {
		return nil
	}
	if _, of := reflect.TypeFor[request]().FieldByName(p.Field.Name); of && p.ParentSchema.ReflectType == reflect.TypeFor[request]() && name != "text" {
		return nil
	}
	if !slices.Contains(p.ParentSchema.Required, name) {
		p.ParentSchema.Required = append(p.ParentSchema.Required, name)
	}
	if p.PropertySchema != nil && p.Field.Type.Kind() != reflect.Pointer {
		p.PropertySchema.RemoveType(jsonschema.Null) // lists are written as [] where they are empty
	}
	return nil
}

// oneOf names the values of what has few of them.
func oneOf(p jsonschema.InterceptSchemaParams) (stop bool, err error) {
	if !p.Processed {
		return false, nil
	}
	switch p.Value.Type() {
	case reflect.TypeFor[feedback.State]():
		p.Schema.Enum = values(feedback.States())
	case reflect.TypeFor[feedback.Category]():
		p.Schema.Enum = values(feedback.Categories())
	case reflect.TypeFor[feedback.Channel]():
		p.Schema.Enum = values(feedback.Channels())
	}
	return false, nil
}

func values[T ~string](list []T) (all []any) {
	for _, v := range list {
		all = append(all, string(v))
	}
	return all
}

// The description is that of the types, is valid, and names every address of
// this package and no other.
func TestOpenAPI(t *testing.T) {
	want := described(t)
	if *update {
		if err := os.WriteFile("openapi.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(description, want) {
		t.Error("openapi.json is not that of the types; go test ./site/api -run TestOpenAPI -update")
	}
	doc, err := openapi3.NewLoader().LoadFromData(want)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Error(err)
	}
	var told, there []string
	for _, o := range rows() {
		if base, ok := strings.CutSuffix(o.path, "{format}"); ok {
			told = append(told, o.method+" "+base+"json", o.method+" "+base+"xml")
			continue
		}
		told = append(told, o.method+" "+o.path)
	}
	for _, r := range (&API{}).Routes() {
		path := r.Path
		for _, name := range []string{"slug", "file"} {
			path = strings.ReplaceAll(path, ":"+name, "{"+name+"}")
		}
		there = append(there, r.Method+" "+path)
	}
	slices.Sort(told)
	slices.Sort(there)
	if !slices.Equal(told, there) {
		t.Errorf("described are\n%s\nthere are\n%s", strings.Join(told, "\n"), strings.Join(there, "\n"))
	}
}
