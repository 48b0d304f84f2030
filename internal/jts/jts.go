// Package jts reads the test cases of the JTS Topology Suite for tests of geo:
// files of XML, each with cases of one or two geometries and the answers of
// operations on them. Geometries are well-known text or binary and become
// values of orb; the answers stay text, to be read as the operation asks.
//
// The cases are not shipped with this module. [Cases] finds them through the
// environment variable TERRITORY_INSTANCES.
package jts

import (
	"archive/tar"
	"compress/gzip"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// Case is one case of a file: geometries, and what is said about them.
type Case struct {
	File  string  // "general/TestRelatePA.xml"
	Desc  string  // one line; "" where the file has none
	Scale float64 // precision model: grid cells per unit; 0 for floating point
	A, B  orb.Geometry
	// B is nil where the case has one geometry. POINT EMPTY is an empty
	// orb.MultiPoint, since an orb.Point has always a place; other empty
	// geometries are empty values of their own type.
	Checks []Check
}

// Check is one operation of a case and the answer that JTS gives.
type Check struct {
	Op          string       // in lower case, as JTS ignores it: "relate", "isvalid", "overlayareatest"
	Left, Right orb.Geometry // the operands in their order, which need not be A, B; nil where there is none
	Arg         string       // the argument that is no geometry: pattern of relate, distance, tolerance; "" without one
	Want        string       // the answer: "true", a number, WKT or WKB (see Parse); "" where nothing is said but that there is one
}

// Name identifies the case in the output of a test.
func (c *Case) Name() string { return c.File + ": " + c.Desc }

// Cases reads all cases that TERRITORY_INSTANCES holds and logs their number.
// The test is skipped where the variable is not set, and fails where it is set
// and there is nothing to read.
func Cases(t testing.TB) []Case {
	t.Helper()
	if !regexp.MustCompile("^(Test|Benchmark)[A-Za-z]*Literature$").MatchString(t.Name()) {
		t.Fatalf("%s: tests that read instances are found by their name, which ends in Literature", t.Name())
	}
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the cases of JTS are not shipped with the module")
	}
	f, err := os.Open(filepath.Join(folder, "geo", "conformance", "jts-xml.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cases, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("the archive holds no case")
	}
	checks := 0
	for i := range cases {
		checks += len(cases[i].Checks)
	}
	t.Logf("read %d cases with %d checks", len(cases), checks)
	return cases
}

// Read reads the cases of a compressed archive (.tar.gz) of XML files, in the
// order of the archive. Other files in it are passed over.
func Read(archive io.Reader) ([]Case, error) {
	unzipped, err := gzip.NewReader(archive)
	if err != nil {
		return nil, err
	}
	var all []Case
	for files := tar.NewReader(unzipped); ; {
		h, err := files.Next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if path.Ext(h.Name) != ".xml" {
			continue
		}
		_, name, _ := strings.Cut(strings.TrimPrefix(h.Name, "./"), "/") // below the archive's folder
		cases, err := readFile(name, files)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
		all = append(all, cases...)
	}
}

// run is the root of a file.
type run struct {
	Precision struct {
		Scale string `xml:"scale,attr"`
	} `xml:"precisionModel"`
	Cases []struct {
		Desc string `xml:"desc"`
		A    string `xml:"a"`
		B    string `xml:"b"`
		Ops  []struct {
			Name string `xml:"name,attr"`
			Arg1 string `xml:"arg1,attr"`
			Arg2 string `xml:"arg2,attr"`
			Arg3 string `xml:"arg3,attr"`
			Want string `xml:",chardata"`
		} `xml:"test>op"`
	} `xml:"case"`
}

func readFile(name string, r io.Reader) ([]Case, error) {
	var file run
	if err := xml.NewDecoder(r).Decode(&file); err != nil {
		return nil, err
	}
	scale := 0.0
	if s := file.Precision.Scale; s != "" {
		var err error
		if scale, err = strconv.ParseFloat(s, 64); err != nil {
			return nil, fmt.Errorf("scale of the precision model: %w", err)
		}
	}
	cases := make([]Case, len(file.Cases))
	for i, from := range file.Cases {
		c := &cases[i]
		c.File, c.Desc, c.Scale = name, strings.Join(strings.Fields(from.Desc), " "), scale
		for _, g := range []struct {
			text string
			into *orb.Geometry
		}{{from.A, &c.A}, {from.B, &c.B}} {
			if strings.TrimSpace(g.text) == "" {
				continue
			}
			var err error
			if *g.into, err = Parse(g.text); err != nil {
				return nil, fmt.Errorf("case %d (%s): %w", i, c.Desc, err)
			}
		}
		for _, op := range from.Ops {
			check := Check{Op: strings.ToLower(op.Name), Want: strings.TrimSpace(op.Want)}
			operands := []*orb.Geometry{&check.Left, &check.Right}
			for _, arg := range []string{op.Arg1, op.Arg2, op.Arg3} {
				switch {
				case arg == "":
				case strings.EqualFold(arg, "A") && len(operands) > 0:
					*operands[0], operands = c.A, operands[1:]
				case strings.EqualFold(arg, "B") && len(operands) > 0:
					*operands[0], operands = c.B, operands[1:]
				case check.Arg == "":
					check.Arg = arg
				default:
					return nil, fmt.Errorf("case %d (%s): %s has more arguments than were foreseen", i, c.Desc, op.Name)
				}
			}
			c.Checks = append(c.Checks, check)
		}
	}
	return cases, nil
}
