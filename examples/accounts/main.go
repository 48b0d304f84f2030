package main

import (
	"context"
	"fmt"
	"log"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

type Account struct {
	Name                 string
	Lon, Lat, HoursMonth float64
}

func (a Account) Point() orb.Point { return orb.Point{a.Lon, a.Lat} }
func (a Account) Hours() float64   { return a.HoursMonth }

func main() {
	accounts := []Account{{"Lille", 3.06, 50.63, 12}, {"Paris", 2.35, 48.86, 24}, {"Rouen", 1.10, 49.44, 8},
		{"Orléans", 1.90, 47.90, 10}, {"Lyon", 4.84, 45.76, 22}, {"Nice", 7.27, 43.70, 14}}
	homes := []orb.Point{{2.30, 49.89}, {4.39, 45.44}} // two people: in Amiens and Saint-Étienne
	hours := partition.Column(accounts, Account.Hours)
	result, err := allocate.SingleSource{}.Allocate(context.Background(), &allocate.Problem{
		Cost:     &allocate.Travel{Units: partition.Column(accounts, Account.Point), Agents: homes, UnitFactor: hours},
		Measures: []partition.Measure{{Name: "hours", Value: hours, Tolerance: 0.10}},
	})
	if err != nil {
		log.Fatal(err) // no plan can exist, and which accounts and people show it
	}
	for person := range homes {
		for account := range partition.Pick(accounts, result.Plan.Units(person)) {
			fmt.Printf("person %d visits %s, %v hours\n", person, account.Name, account.Hours())
		}
	}
	fmt.Printf("no plan within the limits is more than %.1f %% cheaper\n", 100*result.Certificate.Gap())
}
