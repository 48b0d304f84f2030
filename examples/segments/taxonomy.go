package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// regions are parts of China, and their provinces: code and name.
var regions = [...]struct {
	Code, Name string
	Provinces  [][2]string
}{
	{"C", "Central", [][2]string{{"CN-HA", "Henan"}, {"CN-HB", "Hubei"}, {"CN-HN", "Hunan"}}},
	{"E", "East", [][2]string{{"CN-AH", "Anhui"}, {"CN-FJ", "Fujian"}, {"CN-JS", "Jiangsu"}, {"CN-JX", "Jiangxi"},
		{"CN-SD", "Shandong"}, {"CN-SH", "Shanghai"}, {"CN-ZJ", "Zhejiang"}}},
	{"N", "North", [][2]string{{"CN-BJ", "Beijing"}, {"CN-HE", "Hebei"}, {"CN-NM", "Inner Mongolia"}, {"CN-SX", "Shanxi"}, {"CN-TJ", "Tianjin"}}},
	{"NE", "Northeast", [][2]string{{"CN-HL", "Heilongjiang"}, {"CN-JL", "Jilin"}, {"CN-LN", "Liaoning"}}},
	{"NW", "Northwest", [][2]string{{"CN-GS", "Gansu"}, {"CN-NX", "Ningxia"}, {"CN-QH", "Qinghai"}, {"CN-SN", "Shaanxi"}, {"CN-XJ", "Xinjiang"}}},
	{"S", "South", [][2]string{{"CN-GD", "Guangdong"}, {"CN-GX", "Guangxi"}, {"CN-HI", "Hainan"}}},
	{"SW", "Southwest", [][2]string{{"CN-CQ", "Chongqing"}, {"CN-GZ", "Guizhou"}, {"CN-SC", "Sichuan"}, {"CN-YN", "Yunnan"}}},
}

// sectors are industries, and their branches. Pull is how common one is in each
// of the regions, in their order; Spend is what a customer of it buys, relative
// to others; Trend is how that grows in a year.
var sectors = [...]struct {
	Code, Name   string
	Branches     [4]string
	Pull         [len(regions)]float64
	Spend, Trend float64
}{
	{"EC", "Energy and chemicals", [4]string{"Power", "Basic chemicals", "Oil and gas", "Paints and plastics"},
		[...]float64{2, 4, 4, 4, 6, 2, 2}, 1.5, 0.02},
	{"EL", "Electronics", [4]string{"Semiconductors", "Components", "Devices", "Instruments"},
		[...]float64{2, 7, 3, 1, 2, 10, 4}, 1.2, 0.12},
	{"FH", "Food and health", [4]string{"Food and drink", "Medicines", "Medical devices", "Hospitals"},
		[...]float64{4, 4, 3, 4, 3, 3, 4}, 0.7, 0.05},
	{"MA", "Machinery", [4]string{"Machine tools", "Construction machinery", "Pumps and valves", "Robots"},
		[...]float64{4, 7, 4, 5, 2, 4, 3}, 1, 0.03},
	{"MB", "Metals and building", [4]string{"Steel", "Other metals", "Building materials", "Construction"},
		[...]float64{4, 3, 6, 4, 4, 2, 4}, 0.9, -0.07},
	{"TR", "Trade and transport", [4]string{"Wholesale", "Warehouses", "Parcels", "Ports"},
		[...]float64{2, 3, 2, 2, 2, 3, 2}, 0.6, 0.06},
	{"VE", "Vehicles", [4]string{"Car makers", "Car parts", "Batteries", "Rail and ships"},
		[...]float64{4, 5, 3, 6, 1, 4, 4}, 1.6, 0.10},
}

func branchCode(sector, branch int) string { return sectors[sector].Code + strconv.Itoa(branch+1) }

// industryTree is sector > branch.
func industryTree() (*partition.Tree, error) {
	var nodes []partition.Node
	for k, s := range sectors {
		nodes = append(nodes, partition.Node{Code: s.Code, Name: s.Name})
		for b, name := range s.Branches {
			nodes = append(nodes, partition.Node{Code: branchCode(k, b), Name: name, Parent: s.Code})
		}
	}
	return partition.NewTree(nodes)
}

// kinds are what customers are, the commonest first.
var kinds = [...]string{"end user", "equipment maker", "distributor", "public body"}

// city is a place where customers are.
type city struct {
	Code, Name, Province string
	Region               int
	At                   orb.Point
	People               float64
}

//go:embed data/cities.csv
var cityRows string

// readCities reads the embedded places.
func readCities() ([]city, error) {
	rows, err := csv.NewReader(strings.NewReader(cityRows)).ReadAll()
	if err != nil {
		return nil, err
	}
	var all []city
	for line, row := range rows[1:] {
		c := city{Code: row[0], Name: row[1]}
		for k, number := range []*float64{&c.At[0], &c.At[1], &c.People} {
			if *number, err = strconv.ParseFloat(row[3+k], 64); err != nil {
				return nil, fmt.Errorf("data/cities.csv: line %d: %w", line+2, err)
			}
		}
		for r := range regions {
			for _, p := range regions[r].Provinces {
				if p[1] == row[6] {
					c.Province, c.Region = p[0], r
				}
			}
		}
		if c.Province == "" {
			return nil, fmt.Errorf("data/cities.csv: line %d: %q is in no region", line+2, row[6])
		}
		all = append(all, c)
	}
	return all, nil
}

// placeTree is region > province > city.
func placeTree(cities []city) (*partition.Tree, error) {
	var nodes []partition.Node
	for _, r := range regions {
		nodes = append(nodes, partition.Node{Code: r.Code, Name: r.Name})
		for _, p := range r.Provinces {
			nodes = append(nodes, partition.Node{Code: p[0], Name: p[1], Parent: r.Code})
		}
	}
	for _, c := range cities {
		nodes = append(nodes, partition.Node{Code: c.Code, Name: c.Name, Parent: c.Province})
	}
	return partition.NewTree(nodes)
}
