// SPDX-License-Identifier: Apache-2.0
//
// batch_job.cc: a nightly job that tells a Pushgateway how it went, and whose exit status is its own whatever the gateway does.
//
//   batch_job [--gateway URL] [--policy FILE] [--job NAME] [--group LABEL=VALUE]... [--rows N] [--fail] [--delete]
//             [--timeout-ms N]
//
// Books made-up orders of ever new customers; --fail makes it fail half-way, --delete takes the group off the gateway instead.
// GATEWAY_USER and GATEWAY_PASSWORD in the environment are for basic authentication.
// Exit status 0: the job is done; 1: it failed; 2: it could not start.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "lib/metrics/registry.h"
#include "lib/push/push_at_exit.h"
#include "lib/push/push_gateway.h"
#include "lib/push/push_group.h"
#include "rules/policy_reader.h"

namespace {

using seriesguard::Registry;
using std::chrono::steady_clock;

struct Settings {
  seriesguard::PushOptions gateway;
  seriesguard::PushGroup group = {"nightly_orders", {}};
  std::string policy = "examples/batch_job.yaml";
  int64_t rows = 1000;
  bool fails = false;
  bool deletes = false;
};

// The metrics of the job, declared once.
struct JobMetrics {
  explicit JobMetrics(Registry& registry)
      : rows(registry.AddCounter({"orders_rows_total", "Orders of this run."}, {"customer", "outcome"}).value()),
        seconds(registry.AddGauge({"orders_run_duration_seconds", "Time that the run took.", "seconds"}).value()),
        last_success(
            registry.AddGauge({"orders_last_success_timestamp_seconds", "When a run was last done in full.", "seconds"})
                .value()) {}

  seriesguard::GuardedFamily<seriesguard::Counter, 2> rows;
  seriesguard::GuardedFamily<seriesguard::Gauge, 0> seconds;
  // Without a value until it is set: a run that fails pushes none, and the one of the last good run stays.
  seriesguard::GuardedFamily<seriesguard::Gauge, 0> last_success;
};

// The job itself. Throws where it fails.
void BookOrders(const Settings& settings, JobMetrics& metrics) {
  for (int64_t row = 0; row < settings.rows; ++row) {
    if (settings.fails && row == settings.rows / 2) throw std::runtime_error("order 17 cannot be read");
    const std::string customer = row % 10 == 0 ? "internal" : "customer-" + std::to_string(row);
    metrics.rows.With({customer, row % 7 == 0 ? "refused" : "booked"}).Increment();
  }
}

int RunJob(const Settings& settings, JobMetrics& metrics) {
  const steady_clock::time_point begin = steady_clock::now();
  int exit_status = 0;
  try {
    BookOrders(settings, metrics);
    metrics.last_success.With().SetToCurrentTime();
  } catch (const std::exception& error) {
    std::cerr << "batch_job: " << error.what() << '\n';
    exit_status = 1;
  }
  metrics.seconds.With().Set(std::chrono::duration<double>(steady_clock::now() - begin).count());
  return exit_status;
}

Settings ReadArguments(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--fail") {
      settings.fails = true;
      continue;
    }
    if (flag == "--delete") {
      settings.deletes = true;
      continue;
    }
    if (++i == argc) throw std::runtime_error(flag + " needs a value, or is unknown");
    const std::string value = argv[i];
    if (flag == "--gateway") {
      settings.gateway.url = value;
    } else if (flag == "--policy") {
      settings.policy = value;
    } else if (flag == "--job") {
      settings.group.job = value;
    } else if (flag == "--group") {
      const size_t equals = value.find('=');
      if (equals == std::string::npos) throw std::runtime_error("--group LABEL=VALUE");
      settings.group.labels.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else if (flag == "--rows") {
      settings.rows = std::stoll(value);
    } else if (flag == "--timeout-ms") {
      settings.gateway.timeout = std::chrono::milliseconds(std::stoll(value));
    } else {
      throw std::runtime_error("unknown argument " + flag);
    }
  }
  const char* const user = std::getenv("GATEWAY_USER");
  const char* const password = std::getenv("GATEWAY_PASSWORD");
  if (user != nullptr) settings.gateway.user = user;
  if (password != nullptr) settings.gateway.password = password;
  return settings;
}

// Besides the guard, which folds: whatever else somebody adds to the registry, nothing over the budget leaves the job.
std::shared_ptr<const seriesguard::Policy> ReadLimits(const std::string& path) {
  seriesguard::PolicyReadResult read = seriesguard::ReadPolicyFile(path).value();
  if (!read.policy) throw std::runtime_error(seriesguard::FormatDiagnostics(read, path, 120));
  return std::make_shared<const seriesguard::Policy>(std::move(*read.policy));
}

void TellFailure(const absl::Status& status) { std::cerr << "batch_job: the push failed: " << status << '\n'; }

}  // namespace

int main(int argc, char** argv) try {
  Settings settings = ReadArguments(argc, argv);
  settings.gateway.limits = ReadLimits(settings.policy);
  seriesguard::PushGateway gateway = seriesguard::PushGateway::Create(settings.gateway, settings.group).value();
  if (settings.deletes) {
    const absl::Status status = gateway.Delete();
    if (!status.ok()) TellFailure(status);
    return status.ok() ? 0 : 1;
  }
  seriesguard::RegistryOptions options;
  options.created_series = false;  // the format of a push has no _created: none is to be counted
  Registry registry = Registry::FromFile(settings.policy, options).value();
  JobMetrics metrics(registry);
  seriesguard::PushAtExit push(gateway, registry, TellFailure);
  return push.Finish(RunJob(settings, metrics));
} catch (const std::exception& error) {
  std::cerr << "batch_job: " << error.what() << '\n';
  return 2;
}
