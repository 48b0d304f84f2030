package jts

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Parse reads a geometry as well-known text or as hexadecimal well-known
// binary. Third and fourth ordinates are dropped, LINEARRING is an orb.Ring,
// POINT EMPTY an empty orb.MultiPoint, and empty points inside of a MULTIPOINT
// are left out. Rings are taken as they are, closed or not.
func Parse(s string) (orb.Geometry, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, fmt.Errorf("no geometry")
	}
	if s[0] == '0' {
		return parseWKB(s)
	}
	p := wktParser{text: s}
	g, err := p.geometry()
	if err != nil {
		return nil, err
	}
	for next := p.next(); next != ""; next = p.next() {
		if next != ")" { // a case has one too many, which JTS does not mind
			return nil, fmt.Errorf("%q after the end of the geometry", next)
		}
	}
	return g, nil
}

type wktParser struct {
	text string
	at   int
}

// scan finds the next word, number or punctuation mark; "" at the end.
func (p *wktParser) scan() (token string, end int) {
	i := p.at
	for i < len(p.text) && strings.IndexByte(" \t\r\n", p.text[i]) >= 0 {
		i++
	}
	j := i
	for j < len(p.text) && strings.IndexByte(" \t\r\n(),", p.text[j]) < 0 {
		j++
	}
	if j == i && j < len(p.text) {
		j++
	}
	return p.text[i:j], j
}

func (p *wktParser) peek() string { token, _ := p.scan(); return token }

func (p *wktParser) next() string {
	token, end := p.scan()
	p.at = end
	return token
}

func (p *wktParser) empty() bool {
	if strings.EqualFold(p.peek(), "EMPTY") {
		p.next()
		return true
	}
	return false
}

// list reads EMPTY or "(item, item, …)".
func (p *wktParser) list(item func() error) error {
	if p.empty() {
		return nil
	}
	if token := p.next(); token != "(" {
		return fmt.Errorf("offset %d: %q in place of an opening bracket", p.at, token)
	}
	for {
		if err := item(); err != nil {
			return err
		}
		switch token := p.next(); token {
		case ",":
		case ")":
			return nil
		default:
			return fmt.Errorf("offset %d: %q in place of a comma or a closing bracket", p.at, token)
		}
	}
}

func (p *wktParser) position() (orb.Point, error) {
	var at orb.Point
	for i := 0; ; i++ {
		token := p.peek()
		if i >= 2 && (token == "," || token == ")") {
			return at, nil
		}
		v, err := strconv.ParseFloat(token, 64)
		if err != nil || i > 3 {
			return at, fmt.Errorf("offset %d: %q in place of an ordinate", p.at, token)
		}
		if i < 2 {
			at[i] = v
		}
		p.next()
	}
}

func (p *wktParser) positions() (list []orb.Point, err error) {
	list = []orb.Point{}
	err = p.list(func() error {
		at, err := p.position()
		list = append(list, at)
		return err
	})
	return list, err
}

// points reads the points of a MULTIPOINT, each with brackets of its own or without.
func (p *wktParser) points() (orb.MultiPoint, error) {
	points := orb.MultiPoint{}
	err := p.list(func() error {
		if next := p.peek(); next == "(" || strings.EqualFold(next, "EMPTY") {
			inner, err := p.positions()
			points = append(points, inner...)
			return err
		}
		at, err := p.position()
		points = append(points, at)
		return err
	})
	return points, err
}

func (p *wktParser) polygon() (orb.Polygon, error) {
	polygon := orb.Polygon{}
	err := p.list(func() error {
		ring, err := p.positions()
		polygon = append(polygon, ring)
		return err
	})
	return polygon, err
}

func (p *wktParser) geometry() (orb.Geometry, error) {
	kind := strings.ToUpper(p.next())
	switch strings.ToUpper(p.peek()) {
	case "Z", "M", "ZM":
		p.next()
	}
	switch kind {
	case "POINT":
		list, err := p.positions()
		if err == nil && len(list) == 0 {
			return orb.MultiPoint{}, nil
		}
		if err == nil && len(list) > 1 {
			err = fmt.Errorf("a POINT of %d positions", len(list))
		}
		if err != nil {
			return nil, err
		}
		return list[0], nil
	case "MULTIPOINT":
		return p.points()
	case "LINESTRING":
		list, err := p.positions()
		return orb.LineString(list), err
	case "LINEARRING":
		list, err := p.positions()
		return orb.Ring(list), err
	case "MULTILINESTRING":
		lines := orb.MultiLineString{}
		err := p.list(func() error {
			line, err := p.positions()
			lines = append(lines, line)
			return err
		})
		return lines, err
	case "POLYGON":
		return p.polygon()
	case "MULTIPOLYGON":
		polygons := orb.MultiPolygon{}
		err := p.list(func() error {
			polygon, err := p.polygon()
			polygons = append(polygons, polygon)
			return err
		})
		return polygons, err
	case "GEOMETRYCOLLECTION":
		all := orb.Collection{}
		err := p.list(func() error {
			g, err := p.geometry()
			all = append(all, g)
			return err
		})
		return all, err
	}
	return nil, fmt.Errorf("offset %d: %q is no kind of geometry", p.at, kind)
}
