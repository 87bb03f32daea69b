// SPDX-License-Identifier: Apache-2.0

// oracle: the Prometheus server's own exposition parser as a test oracle.
//
//	oracle [-format auto|text|om] FILE...    one JSON object a line; names on stdin when no FILE is given
//	oracle -batch                            many small documents on stdin, one canonical line each on stdout
//
// A batch record is one byte of format ('t' or 'o'), four bytes of length (little endian), the document.
// With -format auto a file is OpenMetrics when its name ends in .om or .openmetrics.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

type fileReport struct {
	File      string            `json:"file"`
	Format    string            `json:"format"`
	Ok        bool              `json:"ok"`
	Err       string            `json:"err,omitempty"`
	AppendOk  bool              `json:"append_ok"`
	AppendErr string            `json:"append_err,omitempty"`
	Samples   int               `json:"samples"`
	Series    int               `json:"series"`
	Names     map[string]uint64 `json:"names"`
}

func formatOf(name, wanted string) byte {
	switch {
	case wanted == "om", wanted == "auto" && (strings.HasSuffix(name, ".om") || strings.HasSuffix(name, ".openmetrics")):
		return 'o'
	}
	return 't'
}

func reportFile(name, wanted string) (fileReport, error) {
	doc, err := os.ReadFile(name)
	if err != nil {
		return fileReport{}, err
	}
	format := formatOf(name, wanted)
	v := judge(doc[:len(doc):len(doc)], format)
	r := fileReport{File: name, Format: map[byte]string{'t': "text", 'o': "om"}[format], Ok: v.Ok, Err: v.Err,
		AppendOk: v.AppendOk, AppendErr: v.AppendErr, Samples: len(v.Samples), Names: map[string]uint64{}}
	seen := map[string]bool{}
	for _, s := range v.Samples {
		var b strings.Builder
		canonicalSeries(&b, s.Labels)
		if seen[b.String()] {
			continue
		}
		seen[b.String()] = true
		r.Names[s.Labels.Get(labels.MetricName)]++
	}
	r.Series = len(seen)
	return r, nil
}

func batch(in io.Reader, out io.Writer) error {
	r := bufio.NewReaderSize(in, 1<<20)
	w := bufio.NewWriterSize(out, 1<<20)
	defer w.Flush()
	var head [5]byte
	for {
		if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		doc := make([]byte, binary.LittleEndian.Uint32(head[1:]))
		if _, err := io.ReadFull(r, doc); err != nil {
			return err
		}
		if _, err := w.WriteString(canonicalLine(judge(doc, head[0])) + "\n"); err != nil {
			return err
		}
	}
}

func run() error {
	wanted := flag.String("format", "auto", "auto, text or om")
	batched := flag.Bool("batch", false, "length-prefixed documents on stdin")
	flag.Parse()
	if *batched {
		return batch(os.Stdin, os.Stdout)
	}
	names := flag.Args()
	if len(names) == 0 {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			names = append(names, lines.Text())
		}
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	for _, name := range names {
		r, err := reportFile(name, *wanted)
		if err != nil {
			return err
		}
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(2)
	}
}
