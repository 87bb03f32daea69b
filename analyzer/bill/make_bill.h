// SPDX-License-Identifier: Apache-2.0
//
// make_bill.h: from the census to the bill of all its metrics.
//
// Use:      once a run, by `top --bill` only: without it nobody pays for it.
// Threads:  the census's own rule applies.
// Cost:     Census::CountSymbols; the rest is a look at each family.
// Source:   docs/bill.md.
#ifndef SERIESGUARD_ANALYZER_BILL_MAKE_BILL_H_
#define SERIESGUARD_ANALYZER_BILL_MAKE_BILL_H_

#include <cstdint>

#include "analyzer/bill/bill.h"
#include "analyzer/bill/server_memory_model.h"
#include "analyzer/census/census.h"

namespace seriesguard {

// Requires:  `scrape_interval_ns` is above 0.
Bill MakeBill(const Census& census, int64_t scrape_interval_ns, const ServerMemoryModel& model);

// What `per_scrape` things at each scrape are in a day, rounded; UINT64_MAX where that is more than fits.
uint64_t PerDay(uint64_t per_scrape, int64_t scrape_interval_ns);

// What the model says, rounded; label pairs and strings are those of `symbols.own`.
uint64_t ServerBytes(const ServerMemoryModel& model, uint64_t series, const SymbolBill& symbols);

}  // namespace seriesguard

#endif  // SERIESGUARD_ANALYZER_BILL_MAKE_BILL_H_
