// SPDX-License-Identifier: Apache-2.0

// go_textparse reads a dump with the parser of the Prometheus server and counts what our own `top` counts: distinct
// series, and distinct values of every label of every sample name. It prints the two sums.
//
// usage: go_textparse FILE
//
// The counting is the simple one that a user of the parser would write: maps of strings.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// counter holds every series once, and every (sample name, label, value) once.
type counter struct {
	series map[string]struct{}
	values map[string]map[string]struct{}
}

func newCounter() *counter {
	return &counter{series: map[string]struct{}{}, values: map[string]map[string]struct{}{}}
}

func (c *counter) addValue(name, label, value string) {
	key := name + "\xff" + label
	of := c.values[key]
	if of == nil {
		of = map[string]struct{}{}
		c.values[key] = of
	}
	if _, known := of[value]; !known {
		of[strings.Clone(value)] = struct{}{}
	}
}

func (c *counter) print() {
	values := 0
	for _, of := range c.values {
		values += len(of)
	}
	fmt.Println(len(c.series), values)
}

func countSeries(document []byte) error {
	count := newCounter()
	parser, err := textparse.New(document, "text/plain; version=0.0.4", labels.NewSymbolTable(), textparse.ParserOptions{})
	if err != nil {
		return err
	}
	var set labels.Labels
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		parser.Labels(&set)
		count.series[set.String()] = struct{}{}
		name := set.Get(labels.MetricName)
		set.Range(func(label labels.Label) {
			if label.Name != labels.MetricName {
				count.addValue(name, label.Name, label.Value)
			}
		})
	}
	count.print()
	return nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go_textparse FILE")
		os.Exit(2)
	}
	document, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = countSeries(document)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
