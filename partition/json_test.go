package partition_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestPlanJSON(t *testing.T) {
	p := plan(t, 3, 0, 2, -1, 2)
	data, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `{"k":3,"of":[0,2,-1,2]}`, string(data))

	inside, err := json.Marshal(struct{ Plan partition.Plan }{*p})
	require.NoError(t, err)
	require.Equal(t, `{"Plan":{"k":3,"of":[0,2,-1,2]}}`, string(inside))

	empty, err := json.Marshal(new(partition.Plan))
	require.NoError(t, err)
	require.Equal(t, `{"k":0,"of":[]}`, string(empty))

	for _, text := range []string{string(data), " {\n\"of\" : [ 0 ,2, -1,2\n] , \"k\":3}\n"} {
		var q partition.Plan
		require.NoError(t, json.Unmarshal([]byte(text), &q))
		require.True(t, p.Equal(&q))
		require.Equal(t, []int{1, 3}, slices.Collect(q.Units(2)))
	}
}

func TestPlanJSONIsStrict(t *testing.T) {
	long := strings.Repeat("9", 300)
	for text, want := range map[string]string{
		``:                                      "plan: is not JSON: it ends too early",
		`{`:                                     "plan: is not JSON: it ends too early",
		`{"k":1,"of":[0]`:                       "plan: is not JSON: it ends too early",
		`{"k":1,"of":[0]]`:                      "plan: is not JSON: invalid character ']' after object key:value pair",
		`{"k":1,"of":[0}`:                       "plan: is not JSON: invalid character '}' after array element",
		`null`:                                  "plan: is not a JSON object",
		`[0]`:                                   "plan: is not a JSON object",
		`{}`:                                    "plan: lacks the field \"k\"\nplan: lacks the field \"of\"",
		`{"k":1}`:                               `plan: lacks the field "of"`,
		`{"k":1,"of":[0],"name":"x"}`:           `plan: has the unknown field "name"`,
		`{"K":1,"of":[0]}`:                      `plan: has the unknown field "K"`,
		`{"k":1,"of":[0],"k":2}`:                `plan: has the field "k" twice`,
		`{"k":1,"of":[0]} {"k":1,"of":[0]}`:     "plan: is followed by further data",
		`{"k":1,"of":[0]}x`:                     "plan: is followed by further data",
		`{"k":"1","of":[0]}`:                    `k = "1": is not a whole number of this size`,
		`{"k":1.0,"of":[0]}`:                    `k = 1.0: is not a whole number of this size`,
		`{"k":null,"of":null}`:                  "k = null: is not a whole number of this size\nof = null: is not an array",
		`{"k":2,"of":{"0":1}}`:                  `of = {"0":1}: is not an array`,
		`{"k":2,"of":[0,null,[1,1],1.5,"1,1"]}`: "of[1] = null: is not a whole number of this size\nof[2] = [1,1]: is not a whole number of this size\nof[3] = 1.5: is not a whole number of this size\nof[4] = \"1,1\": is not a whole number of this size",
		`{"k":2,"of":[0,2,-2]}`:                 "of[1] = 2: is neither a territory (0..1) nor -1 (unassigned)\nof[2] = -2: is neither a territory (0..1) nor -1 (unassigned)",
		`{"k":1,"of":[` + long + `]}`:           "of[0] = " + long[:40] + "...: is not a whole number of this size",
		`{"k":1,"of":[4294967296]}`:             "of[0] = 4294967296: is neither a territory (0..0) nor -1 (unassigned)",
		`{"k":-1,"of":[]}`:                      "k = -1: is negative",
		`{"k":2000000000,"of":[0]}`:             "k = 2000000000: exceeds the 1 unit and the 1,048,576 territories that any plan may have",
		`{"k":` + long + `,"of":[0]}`:           "k = " + long[:40] + "...: is not a whole number of this size",
	} {
		p := plan(t, 2, 1, 0)
		err := p.UnmarshalJSON([]byte(text))
		require.EqualError(t, err, want, text)
		require.ErrorIs(t, err, partition.ErrInput, text)
		require.Equal(t, []int{1, 0}, p.Slice(), "a failure leaves the plan as it was")
	}

	// Through encoding/json the error arrives as it is.
	var p partition.Plan
	require.Len(t, faults(t, json.Unmarshal([]byte(`{"k":1,"of":[1,2]}`), &p)), 2)
}

func TestChangesJSON(t *testing.T) {
	c := changes{{Unit: 7, From: 2, To: -1}}
	data, err := json.Marshal(c)
	require.NoError(t, err)
	require.Equal(t, `[{"unit":7,"from":2,"to":-1}]`, string(data))
	var d changes
	require.NoError(t, json.Unmarshal(data, &d))
	require.Equal(t, c, d)

	for text, want := range map[string]string{
		`[{"unit":7,"from":2}]`:              `move: lacks the field "to"`,
		`[{"unit":7,"from":2,"To":1}]`:       `move: has the unknown field "To"`,
		`[{"unit":7.5,"from":null,"to":1}]`:  "unit = 7.5: is not a whole number of this size\nfrom = null: is not a whole number of this size",
		`[{"unit":7,"from":2,"to":1,"x":1}]`: `move: has the unknown field "x"`,
	} {
		require.EqualError(t, json.Unmarshal([]byte(text), &d), want, text)
	}
}

// FuzzPlanJSON: what is accepted is what a plain reading of the JSON says, and
// survives a round trip; all else is an input error.
func FuzzPlanJSON(f *testing.F) {
	for _, seed := range []string{
		`{"k":3,"of":[0,2,-1,2]}`, `{"of":[],"k":0}`, `{"k":1048577,"of":[0]}`, `{"k":2,"of":[1,"a",[0,1]]}`,
		`{"k":1,"k":1,"of":[0]}`, `{"k":1,"of":[0]} `, `{"k":1,"of":[-0]}`, "{\"k\":1,\"of\":[0\t,\n0]}", `{"\u006b":1,"of":[0]}`, `null`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p partition.Plan
		if err := p.UnmarshalJSON(data); err != nil {
			require.ErrorIs(t, err, partition.ErrInput)
			require.Zero(t, p.Len())
			return
		}
		var plain struct {
			K  int   `json:"k"`
			Of []int `json:"of"`
		}
		require.NoError(t, json.Unmarshal(data, &plain))
		require.Equal(t, plain.K, p.K())
		require.True(t, slices.Equal(plain.Of, p.Slice()))

		indexed := 0
		for territory := partition.Unassigned; territory < p.K() && territory < 1000; territory++ {
			last := -1
			for u := range p.Units(territory) {
				require.Greater(t, u, last)
				require.Equal(t, territory, p.Of(u))
				last = u
				indexed++
			}
		}
		if p.K() <= 1000 {
			require.Equal(t, p.Len(), indexed)
		}

		again, err := json.Marshal(&p)
		require.NoError(t, err)
		var q partition.Plan
		require.NoError(t, q.UnmarshalJSON(again))
		require.True(t, p.Equal(&q))
	})
}
