package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// data takes the embedded data out of a page, as a browser does: the element
// ends at the first "</script", wherever that comes from.
func data(t *testing.T, page string) pageData {
	t.Helper()
	_, rest, ok := strings.Cut(page, `<script type="application/json" id="data">`)
	require.True(t, ok)
	text, _, ok := strings.Cut(rest, "</script")
	require.True(t, ok)
	var d pageData
	require.NoError(t, json.Unmarshal([]byte(text), &d))
	return d
}

func TestHostileNames(t *testing.T) {
	_, _, page := results(t, own...)
	require.NotContains(t, page, "<img")
	require.Equal(t, 2, strings.Count(strings.ToLower(page), "</script"), "our two scripts and no other")
	d := data(t, page)
	require.Equal(t, "</script><img src=x onerror=alert(1)>", d.Name[2])
	require.Equal(t, `Bäcker "Süd", Filiale`, d.Name[1])
	require.Equal(t, "上海", d.Name[3])
	require.Equal(t, "C6", d.Name[5])
	require.Equal(t, -1, d.Was[6])
}

// The program of the page asks for elements by id; the page must have them.
func TestScriptAndPageAgree(t *testing.T) {
	script, err := os.ReadFile("page/map.js")
	require.NoError(t, err)
	page, err := os.ReadFile("page/page.html")
	require.NoError(t, err)
	ids := regexp.MustCompile(`\$\('#([a-z]+)'\)`).FindAllStringSubmatch(string(script), -1)
	require.Greater(t, len(ids), 5)
	for _, id := range ids {
		require.Contains(t, string(page), `id="`+id[1]+`"`)
	}
	for _, unsafe := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
		require.NotContains(t, string(script), unsafe)
	}
	// Fields of the data that the program reads exist.
	fields := map[string]bool{}
	raw, err := json.Marshal(pageData{})
	require.NoError(t, err)
	var object map[string]any
	require.NoError(t, json.Unmarshal(raw, &object))
	for name := range object {
		fields[name] = true
	}
	for _, f := range regexp.MustCompile(`\bD\.([a-zA-Z]+)`).FindAllStringSubmatch(string(script), -1) {
		require.True(t, fields[f[1]], f[1])
	}
}

// The page without its program still says everything in text.
func TestPageIsReadableWithoutScript(t *testing.T) {
	report, _, page := results(t, own...)
	before, _, _ := strings.Cut(page, `<script type="application/json"`)
	for _, want := range []string{`<html lang="en">`, `name="viewport"`, "<h1>", "<main>", "<table", "<caption>", `scope="row"`, "<noscript>", "Anna", "Bea", "Proved optimal"} {
		require.Contains(t, before, want)
	}
	require.Contains(t, report, "Proved optimal")
}

func TestPositionsKeepTheShape(t *testing.T) {
	_, _, page := results(t, own...)
	d := data(t, page)
	for i := range d.X {
		require.True(t, d.X[i] >= 0 && d.X[i] <= d.Width && d.Y[i] >= 0 && d.Y[i] <= d.Height, i)
	}
	require.Equal(t, resolution, max(d.Width, d.Height))
	require.Greater(t, d.X[4], d.X[0], "east is right")
	require.Less(t, d.Y[0], d.Y[1], "north is up")
}
