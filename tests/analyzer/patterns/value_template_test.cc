// SPDX-License-Identifier: Apache-2.0
//
// value_template_test.cc: one template of each kind, and that a template stands for itself.
#include "analyzer/patterns/value_template.h"

#include <string>
#include <string_view>

#include "analyzer/patterns/classify_value.h"
#include "analyzer/patterns/value_pattern.h"
#include "gtest/gtest.h"
#include "tests/analyzer/patterns/labelled_values.h"

namespace seriesguard {
namespace {

std::string TemplateOf(std::string_view value) { return TemplateOfValue(value, ClassifyValue(value).pattern); }

TEST(ValueTemplate, TakesOutWhatVaries) {
  EXPECT_EQ(TemplateOf("/api/orders/17"), "/api/orders/{id}");
  EXPECT_EQ(TemplateOf("/api/orders/6f1c2a34-0b1e-4c11-9d2e-0123456789ab/items?page=2"), "/api/orders/{uuid}/items");
  EXPECT_EQ(TemplateOf("/users/a@example.com"), "/users/{email}");
  EXPECT_EQ(TemplateOf("/files/report-2024/a"), "/files/report-{id}/a");
  EXPECT_EQ(TemplateOf("GET /users/17/"), "GET /users/{id}/");
  EXPECT_EQ(TemplateOf("/metrics"), "/metrics");
  EXPECT_EQ(TemplateOf("/users/{id}"), "/users/{id}");
  EXPECT_EQ(TemplateOf("https://example.com/a/17?x=1"), "https://example.com/a/{id}");
  EXPECT_EQ(TemplateOf("https://u:p@203.0.113.9:80/a"), "https://{user}@{ip}:{port}/a");
  EXPECT_EQ(TemplateOf("web-7d9f8b6c5d-x2x4z"), "web-{replicaset}-{pod}");
  EXPECT_EQ(TemplateOf("web-7d9f8b6c5d"), "web-{replicaset}");
  EXPECT_EQ(TemplateOf("kube-proxy-x7k2p"), "kube-proxy-{pod}");
  EXPECT_EQ(TemplateOf("backup-28370880-k9z4t"), "backup-{job}-{pod}");
  EXPECT_EQ(TemplateOf("redis:6379"), "{host}:{port}");
  EXPECT_EQ(TemplateOf("[2001:db8::1]:80"), "{ip}:{port}");
  EXPECT_EQ(TemplateOf("customer-000123"), "customer-{id}");
  EXPECT_EQ(TemplateOf("GET"), "GET");
  EXPECT_EQ(TemplateOf("17"), "{id}");
  EXPECT_EQ(TemplateOf("v1.2.3"), "{version}");
  EXPECT_EQ(TemplateOf(""), "");
}

TEST(ValueTemplate, OfATemplateIsItself) {
  for (const LabelledValue& one : MakeLabelledValues(11, 200)) {
    const std::string once = TemplateOf(one.value);
    EXPECT_EQ(TemplateOf(once), once) << one.pattern << " " << one.value;
  }
}

}  // namespace
}  // namespace seriesguard
