package jsonscan_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/jsonscan"
)

// rebuild reads a value with every method of the scanner and returns it in the
// form that encoding/json would give it.
func rebuild(s *jsonscan.Scanner) any {
	switch c := s.Peek(); {
	case c == '{':
		m := map[string]any{}
		for s.Open('{'); s.More('}'); {
			key := s.Key()
			m[key] = rebuild(s)
		}
		return m
	case c == '[':
		list := []any{}
		for s.Open('['); s.More(']'); {
			list = append(list, rebuild(s))
		}
		return list
	case c == '"':
		return s.Text()
	case c == 't', c == 'f':
		return string(s.Raw()) == "true"
	case s.Null():
		return nil
	}
	return s.Number()
}

// requireLikeStandard holds the scanner to what encoding/json makes of the data.
func requireLikeStandard(t *testing.T, data []byte) {
	t.Helper()
	skip := jsonscan.New(data)
	skip.Skip()
	skip.End()
	read := jsonscan.New(data)
	got := rebuild(read)
	read.End()
	require.Equal(t, skip.Err() == nil, read.Err() == nil, "%q: %v, %v", data, skip.Err(), read.Err())
	for _, e := range []*jsonscan.Error{skip.Err(), read.Err()} {
		if e != nil {
			require.GreaterOrEqual(t, e.Offset, 0)
			require.LessOrEqual(t, e.Offset, len(data))
			require.NotEmpty(t, e.Why)
		}
	}
	var want any
	err := json.Unmarshal(data, &want)
	if err != nil {
		require.NotNil(t, skip.Err(), "%q: %v", data, err)
		return
	}
	if e := skip.Err(); e != nil { // stricter in these two points only
		require.True(t, !utf8.Valid(data) || strings.Contains(e.Why, "nesting"), "%q: %v", data, e)
		return
	}
	require.Equal(t, want, got, "%q", data)
}

func TestScannerAgreesWithTheStandardLibrary(t *testing.T) {
	for _, text := range []string{
		``, ` `, `null`, `nul`, `nulll`, `true`, ` false `, `tru`, `"`, `"a"`, `"a`, `"\u00e9\n\\"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\x"`, `"\u12g4"`, "\"\x01\"", "\"\xff\"", `"é"`,
		`0`, `-0`, `00`, `01`, `-`, `1.`, `.5`, `1.5`, `1e`, `1e+`, `1e5`, `1E-5`, `+1`, `0x1`, `1e999`, `-1e-999`, `123456789012345678901234567890`, `NaN`, `Infinity`,
		`[]`, `[1]`, `[1,2]`, `[1,]`, `[,1]`, `[1 2]`, `[`, `]`, `[1`, `[[],[[]],{}]`, `[1}`,
		`{}`, `{"a":1}`, `{"a":1,"a":2}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":[{"b":null}]}`, `{`, `{"a"`, `{"a":1`, `{1:2}`, `{]`, `[}`,
		`1 2`, `{} []`, `/* */ 1`,
		strings.Repeat("[", jsonscan.MaxDepth) + strings.Repeat("]", jsonscan.MaxDepth),
		strings.Repeat("[", jsonscan.MaxDepth+1) + strings.Repeat("]", jsonscan.MaxDepth+1),
	} {
		requireLikeStandard(t, []byte(text))
	}
}

// Numbers of all shapes are the nearest float64 there is.
func TestNumbersAreNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	check := func(text string) {
		want, err := strconv.ParseFloat(text, 64)
		s := jsonscan.New([]byte(text))
		got := s.Number()
		s.End()
		if err != nil {
			require.NotNil(t, s.Err(), text)
			return
		}
		require.Nil(t, s.Err(), text)
		require.Equal(t, math.Float64bits(want), math.Float64bits(got), text)
	}
	for range 20000 {
		x := math.Float64frombits(rng.Uint64())
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			check(strconv.FormatFloat(x, 'e', -1, 64))
		}
		check(strconv.FormatFloat((rng.Float64()-0.5)*360, 'f', rng.IntN(20), 64))
		check(strconv.FormatUint(rng.Uint64()>>rng.IntN(64), 10) + "e" + strconv.Itoa(rng.IntN(60)-30))
	}
	for _, text := range []string{"9007199254740993", "9007199254740992", "-9007199254740991", "0.1e1", "1e22", "1e23", "1e-22", "1e-23", "18446744073709551617", "99999999999999999999", "0.00000000000000000001", "1e400", "1e-400", "1e99999999999999999999"} {
		check(text)
	}
}

func TestErrorsSayWhatAndWhere(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":[1,x]}`:  `offset 8: 'x' where a number should be`,
		`{"a":[1,2}`:   `offset 9: '}' where ',' or ']' should be`,
		`[1,2`:         `offset 4: the end where ',' or ']' should be`,
		`{1:2}`:        `offset 1: a number where the name of a member should be`,
		`{"a" 2}`:      `offset 5: a number where ':' should be`,
		`[1e999]`:      `offset 1: 1e999: is beyond the largest float64`,
		`["a\qb"]`:     `offset 3: a string with an escape that is none`,
		`[01]`:         `offset 1: a number that is not well-formed`,
		`{} true`:      `offset 3: true after the end of the value`,
		"[\"a\nb\"]":   `offset 3: a control character in a string`,
		"[\"a\xffb\"]": `offset 1: a string that is not UTF-8`,
	} {
		s := jsonscan.New([]byte(text))
		s.Skip()
		s.End()
		require.NotNil(t, s.Err(), text)
		require.EqualError(t, s.Err(), want)
	}
}

func FuzzScanner(f *testing.F) {
	for _, text := range []string{`{"a":[1,-2.5e3,"x\u00e9",null,true]}`, `[1e`, `"\ud83d`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { requireLikeStandard(t, data) })
}
