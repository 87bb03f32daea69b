// SPDX-License-Identifier: Apache-2.0

// verdict.go: what the Prometheus server makes of one exposition.
//
// Two verdicts, because they differ: the parser's own (Ok), and the one of the scrape (AppendOk), which also has the
// checks that the scrape loop and the head apply to each sample before it is stored. Source: prometheus v0.316.0,
// scrape/scrape.go (append: name mandatory, labels valid under the UTF-8 scheme), tsdb/head_append.go (a label name
// twice). The label builder in between takes a label away, all pairs of its name, when one of them is empty.
package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// Sample is one sample line as the server would append it.
type Sample struct {
	Labels      labels.Labels // after the builder: sorted, nothing empty, __name__ among them
	Value       float64
	Timestamp   *int64
	HasExemplar bool
}

// Verdict is the answer for one document. Samples holds what came before the first error.
type Verdict struct {
	Ok        bool
	Err       string
	AppendOk  bool
	AppendErr string
	Samples   []Sample
}

func newParser(doc []byte, format byte, symbols *labels.SymbolTable) textparse.Parser {
	if format == 'o' {
		return textparse.NewOpenMetricsParser(doc, symbols)
	}
	return textparse.NewPromParser(doc, symbols, false)
}

// appendCheck says why the server would lose the scrape at a sample with these labels, or nil.
func appendCheck(lset labels.Labels) error {
	if !lset.Has(labels.MetricName) {
		return errors.New("missing metric name")
	}
	if !lset.IsValid(model.UTF8Validation) {
		return fmt.Errorf("invalid metric name or label names: %s", lset)
	}
	if name, dup := lset.HasDuplicateLabelNames(); dup {
		return fmt.Errorf("label name %q is not unique", name)
	}
	return nil
}

// judge parses one document to its end or its first error.
//
// The parser appends a line feed in place where there is room, so `doc` must not share its spare capacity.
func judge(doc []byte, format byte) (v Verdict) {
	defer func() {
		if r := recover(); r != nil {
			v.Ok, v.AppendOk, v.Err = false, false, fmt.Sprintf("panic: %v", r)
		}
	}()
	symbols := labels.NewSymbolTable()
	p := newParser(doc, format, symbols)
	v.AppendOk = true
	for {
		entry, err := p.Next()
		if errors.Is(err, io.EOF) {
			v.Ok = true
			return v
		}
		if err != nil {
			v.Err = err.Error()
			v.AppendOk = false
			return v
		}
		if entry != textparse.EntrySeries {
			continue
		}
		_, ts, value := p.Series()
		var lset labels.Labels
		p.Labels(&lset)
		lset = labels.NewBuilder(lset).Labels()
		if err := appendCheck(lset); err != nil && v.AppendErr == "" {
			v.AppendOk = false
			v.AppendErr = err.Error()
		}
		s := Sample{Labels: lset, Value: value}
		if ts != nil {
			t := *ts
			s.Timestamp = &t
		}
		var e exemplar.Exemplar
		s.HasExemplar = p.Exemplar(&e)
		v.Samples = append(v.Samples, s)
	}
}
