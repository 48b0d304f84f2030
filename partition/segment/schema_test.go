package segment_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// schemaFaults judges a document by the published schema: the part of JSON
// Schema that this one uses.
func schemaFaults(t testing.TB, data []byte) []string {
	t.Helper()
	var schema, document any
	require.NoError(t, json.Unmarshal([]byte(segment.SchemeSchema()), &schema))
	require.NoError(t, json.Unmarshal(data, &document))
	v := validator{root: schema.(map[string]any)}
	v.check(v.root, document, "")
	return v.faults
}

type validator struct {
	root   map[string]any
	faults []string
}

func (v *validator) valid(schema map[string]any, x any) bool {
	w := validator{root: v.root}
	w.check(schema, x, "")
	return len(w.faults) == 0
}

func (v *validator) check(schema map[string]any, x any, at string) {
	fault := func(format string, args ...any) { v.faults = append(v.faults, at+": "+fmt.Sprintf(format, args...)) }
	object, isObject := x.(map[string]any)
	list, isList := x.([]any)
	text, isText := x.(string)
	num, isNum := x.(float64)
	for _, word := range sortedKeys(schema) {
		arg := schema[word]
		switch word {
		case "$schema", "$defs", "title", "description", "format", "then":
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/$defs/")
			v.check(v.root["$defs"].(map[string]any)[name].(map[string]any), x, at)
		case "type":
			_, isBool := x.(bool)
			ok := map[string]bool{"object": isObject, "array": isList, "string": isText, "boolean": isBool,
				"number": isNum, "integer": isNum && num == float64(int64(num))}[arg.(string)]
			if !ok {
				fault("is no %s", arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), x) {
				fault("is not one of %v", arg)
			}
		case "const":
			if x != arg {
				fault("is not %v", arg)
			}
		case "minimum":
			if isNum && num < arg.(float64) {
				fault("is below %v", arg)
			}
		case "maximum":
			if isNum && num > arg.(float64) {
				fault("is above %v", arg)
			}
		case "minLength":
			if isText && float64(len(text)) < arg.(float64) {
				fault("is too short")
			}
		case "minItems":
			if isList && float64(len(list)) < arg.(float64) {
				fault("has too few")
			}
		case "maxItems":
			if isList && float64(len(list)) > arg.(float64) {
				fault("has too many")
			}
		case "items":
			for i, e := range list {
				v.check(arg.(map[string]any), e, fmt.Sprintf("%s[%d]", at, i))
			}
		case "required":
			for _, name := range arg.([]any) {
				if _, has := object[name.(string)]; isObject && !has {
					fault("lacks %v", name)
				}
			}
		case "properties":
			for name, sub := range arg.(map[string]any) {
				if e, has := object[name]; has {
					v.check(sub.(map[string]any), e, at+"."+name)
				}
			}
		case "additionalProperties":
			known, _ := schema["properties"].(map[string]any)
			for name, e := range object {
				if _, is := known[name]; is {
					continue
				}
				if sub, is := arg.(map[string]any); is {
					v.check(sub, e, at+"."+name)
				} else {
					fault("has %s", name)
				}
			}
		case "allOf":
			for _, sub := range arg.([]any) {
				v.check(sub.(map[string]any), x, at)
			}
		case "oneOf":
			n := 0
			for _, sub := range arg.([]any) {
				if v.valid(sub.(map[string]any), x) {
					n++
				}
			}
			if n != 1 {
				fault("matches %d of oneOf", n)
			}
		case "if":
			if v.valid(arg.(map[string]any), x) {
				v.check(schema["then"].(map[string]any), x, at)
			}
		default:
			panic("the validator does not know " + word)
		}
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// The schema has the fields of the structs, each as the struct has it.
func TestSchemaHasTheFieldsOfTheStructs(t *testing.T) {
	var root map[string]any
	require.NoError(t, json.Unmarshal([]byte(segment.SchemeSchema()), &root))
	defs := root["$defs"].(map[string]any)
	for name, x := range map[string]any{
		"minimum": segment.Minimum{}, "grid": segment.Grid{}, "step": segment.Step{}, "list": segment.List{}, "case": segment.Case{},
		"decision": segment.Decision{}, "bands": segment.Bands{}, "category": segment.Category{}, "class": segment.Class{},
		"coreGrowthPotential": segment.CoreGrowthPotential{}, "hierarchy": segment.Hierarchy{}, "lifecycle": segment.LifeCycle{},
		"rfm": segment.RFM{}, "rfmThresholds": segment.RFMThresholds{}, "rfmSegment": segment.RFMSegment{}, "tiers": segment.Tiers{},
		"steady": segment.Steady{}, "hysteresis": segment.Hysteresis{}, "band": segment.Band{},
	} {
		def := defs[name].(map[string]any)
		var want, required []string
		if _, is := x.(segment.Kinded); is {
			require.Equal(t, x.(segment.Kinded).Kind(), name)
			want = append(want, "kind")
		}
		for i := range reflect.TypeOf(x).NumField() {
			f := reflect.TypeOf(x).Field(i)
			key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			want = append(want, key)
			if options == "" {
				required = append(required, key)
			}
		}
		require.ElementsMatch(t, want, sortedKeys(def["properties"].(map[string]any)), name)
		var listed []string
		for _, r := range asList(def["required"]) {
			listed = append(listed, r.(string))
		}
		require.ElementsMatch(t, required, listed, name)
		require.Equal(t, false, def["additionalProperties"], name)
	}
	var criterion []string
	for i := range reflect.TypeFor[partition.Criterion]().NumField() {
		name := reflect.TypeFor[partition.Criterion]().Field(i).Name
		criterion = append(criterion, strings.ToLower(name[:1])+name[1:])
	}
	require.ElementsMatch(t, criterion, sortedKeys(defs["criterion"].(map[string]any)["properties"].(map[string]any)))
}

func asList(x any) []any {
	list, _ := x.([]any)
	return list
}

// Wherever a valid document is given a field that is not known, or loses one
// that it needs, or has a value of another type, both the schema and ParseScheme
// refuse it.
func TestSchemaRefusesWhatParseSchemeRefuses(t *testing.T) {
	for _, whole := range []string{
		`{"name": "n", "dimensions": [
			{"kind": "hierarchy", "attribute": "region", "as": "r", "levels": 2},
			{"kind": "category", "attribute": "industry", "classes": [{"label": "a", "names": ["x", "y"]}], "ranked": true},
			{"kind": "bands", "attribute": "staff", "cuts": [1, 2.5], "labels": ["a", "b", "c"]},
			{"kind": "lifecycle", "attribute": "order", "asOf": "2026-01-01T00:00:00Z", "days": [1, 2], "labels": ["a", "b", "c"]},
			{"kind": "tiers", "attribute": "revenue", "as": "t", "cut": {"kind": "fixed", "cuts": [1, 2]}, "signed": true},
			{"kind": "rfm", "recency": "order", "frequency": "staff", "monetary": "revenue", "asOf": "2026-01-01T00:00:00Z",
				"thresholds": {"days": [3, 2], "frequency": [1], "monetary": [1]}, "segments": [{"label": "x", "recency": [1, 5]}]},
			{"kind": "coreGrowthPotential", "value": "revenue", "as": "c", "coreShare": 0.7},
			{"kind": "steady", "as": "s", "held": "tier", "dwellDays": 90, "asOf": "2026-01-01T00:00:00Z",
				"tiers": {"kind": "bands", "attribute": "revenue", "cuts": [10]},
				"hysteresis": {"bands": [{"leave": 9, "enter": 12}], "dwell": 2, "confirm": 2}}],
			"grid": {"order": [{"dimension": "r", "level": 1, "join": "other"}, {"dimension": "staff", "join": "neighbour"}]},
			"minimum": {"units": 3, "value": 2, "of": "revenue"}}`,
		`{"dimensions": [], "list": {"join": "neighbour", "cases": [{"label": "a", "when": [
			{"attribute": "x", "in": ["u"], "notIn": ["v"], "under": ["1"], "notUnder": ["2"], "min": 1, "max": 2,
			"from": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z", "missing": true}]}]}}`,
		`{"dimensions": [{"kind": "category", "attribute": "a"}], "decision": {"by": "a", "level": 1, "join": "other",
			"under": {"x": {"if": [{"attribute": "b"}], "then": {"by": "a"}, "else": {}}}}}`,
	} {
		require.Empty(t, schemaFaults(t, []byte(whole)))
		_, err := segment.ParseScheme([]byte(whole), nil)
		require.NoError(t, err)
		var document any
		require.NoError(t, json.Unmarshal([]byte(whole), &document))
		tried := 0
		refused := func(what string) {
			tried++
			data, err := json.Marshal(document)
			require.NoError(t, err)
			_, err = segment.ParseScheme(data, nil)
			require.ErrorIs(t, err, partition.ErrInput, "%s: %s", what, data)
			require.NotEmpty(t, schemaFaults(t, data), "%s: %s", what, data)
		}
		var walk func(x any, set func(any))
		walk = func(x any, set func(any)) {
			set([]any{map[string]any{}, []any{}}[tried%2])
			if _, object := x.(map[string]any); object {
				set([]any{})
			} else if _, list := x.([]any); list {
				set(map[string]any{})
			}
			refused("another type")
			set(nil)
			refused("null")
			set(x)
			switch x := x.(type) {
			case map[string]any:
				for _, key := range sortedKeys(x) {
					walk(x[key], func(y any) { x[key] = y })
				}
				if under := len(x) == 1 && x["x"] != nil; !under {
					x["zzz"] = 1.0
					refused("unknown field")
					delete(x, "zzz")
				}
			case []any:
				for i := range x {
					walk(x[i], func(y any) { x[i] = y })
				}
			}
		}
		walk(document, func(x any) { document = x })
		require.Greater(t, tried, 10)
	}
}
