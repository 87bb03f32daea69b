// SPDX-License-Identifier: Apache-2.0

// canonical.go: one line a document, byte for byte what tests/reference/canonical_line.cc writes for the naive parser.
//
//	line   = "refused" / "ok" *(" | " name "{" [pair *("," pair)] "}" SP value [" @" ms] [" exemplar"])
//	value  = the 16 hexadecimal digits of the IEEE bits; every NaN is the one that the server stores
//
// Every byte that is not a letter, a digit or "_" is written as %NN in names and values.
package main

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

const hexDigits = "0123456789abcdef"

func escape(b *strings.Builder, s string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
}

func canonicalSeries(b *strings.Builder, lset labels.Labels) {
	escape(b, lset.Get(labels.MetricName))
	b.WriteByte('{')
	type pair struct{ name, value string }
	var pairs []pair
	lset.Range(func(l labels.Label) {
		if l.Name != labels.MetricName {
			pairs = append(pairs, pair{l.Name, l.Value})
		}
	})
	sort.SliceStable(pairs, func(i, j int) bool { return pairs[i].name < pairs[j].name })
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte(',')
		}
		escape(b, p.name)
		b.WriteByte('=')
		escape(b, p.value)
	}
	b.WriteByte('}')
}

func canonicalLine(v Verdict) string {
	if !v.AppendOk {
		return "refused"
	}
	var b strings.Builder
	b.WriteString("ok")
	for _, s := range v.Samples {
		b.WriteString(" | ")
		canonicalSeries(&b, s.Labels)
		fmt.Fprintf(&b, " %016x", math.Float64bits(s.Value))
		if s.Timestamp != nil {
			b.WriteString(" @" + strconv.FormatInt(*s.Timestamp, 10))
		}
		if s.HasExemplar {
			b.WriteString(" exemplar")
		}
	}
	return b.String()
}
