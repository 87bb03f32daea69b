// SPDX-License-Identifier: Apache-2.0
//
// symbol_bytes.h: the strings that a family brings to a server, and which of them other families bring as well.
//
// Use:      asked through Census::CountSymbols, by the bill only.
// Memory:   4 bytes a symbol and some 20 a distinct label pair of the dump, until it returns.
// Cost:     the keys of every family (row_keys.h), and a look at each row for each label once more.
// Units:    bytes of the strings themselves as a server stores them: unescaped, without quotes.
// Source:   docs/bill.md.
//
// A string is a sample name, a label name or a label value; `__name__` counts as the label name that it is. A string
// that two families have is `shared`: neither is the reason for it alone. So with `own` = what one family alone has:
//
//   all = sum of own over the families + shared
#ifndef SERIESGUARD_ANALYZER_CENSUS_SYMBOL_BYTES_H_
#define SERIESGUARD_ANALYZER_CENSUS_SYMBOL_BYTES_H_

#include <cstdint>
#include <vector>

namespace seriesguard {

class RowKeys;  // private to the census

// Distinct things.
struct SymbolSums {
  uint64_t strings = 0;
  uint64_t bytes = 0;        // of the strings
  uint64_t label_pairs = 0;  // a name with a value, __name__="..." included: what an index lists series by
};

struct FamilySymbols {
  SymbolSums all;
  SymbolSums own;  // in no other family
  // With repetition, over the series:
  uint64_t series_pairs = 0;  // labels that series carry, __name__ included
  uint64_t series_bytes = 0;  // names and values of those, written out in each
};

struct CensusSymbols {
  std::vector<FamilySymbols> families;  // in the order of the census; empty when it is an estimate
  SymbolSums all;
  SymbolSums shared;
};

// Requires:  the census is not sketched.
CensusSymbols CountSymbols(RowKeys* row_keys);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_CENSUS_SYMBOL_BYTES_H_
