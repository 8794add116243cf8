// The registry at the size of a national cohort: 20,000 patients, 80 variables, 3 revisions, on SQLite and PostgreSQL.
//   bench_registry FOLDER [PATIENTS]     LARC_TEST_POSTGRES: address of a PostgreSQL server
#include "clinical/registry.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/error.h"
#include "core/json.h"

namespace larc {
namespace {

constexpr int kVariables = 80, kRevisions = 3;

/// 62 measurements, 6 of them by two readers and in consensus, most dated by one of 6 dates, as a real dictionary is.
clinical::Rules make_rules() {
  Json variables = Json::object();
  for (int v = 0; v < kVariables; ++v) {
    const std::string id = "variable_" + std::to_string(v);
    Json variable = {{"available_from", v % 3 == 0 ? "P0" : v % 3 == 1 ? "P1" : "P2"}};
    if (v < 6)
      variable = {{"type", "date"}, {"available_from", "P0"}};
    else if (v % 4 != 0)
      variable["dated_by"] = "variable_" + std::to_string(v % 6);
    if (v >= 74) variable["readers"] = true;
    if (v >= 6 && v % 8 == 1) variable["window"] = {{"before", "variable_5"}, {"days", 28}};
    variables[id] = variable;
  }
  const Json json = {{"variables", variables},
                     {"prediction_points", {{"P0", {{"until", "variable_2"}, {"days", 30}}}}},
                     {"endpoints", {{"e", {{"positive", "variable_7 > 1"}}}}}};
  clinical::Section root(json, "");
  clinical::Rules rules;
  parse_rules(root, rules);
  return rules;
}

/// Every value of every revision differs from the one before.
clinical::SourceRecord make_record(int patient, int revision) {
  clinical::SourceRecord record{"CENTRE-" + std::to_string(1000000 + patient),
                                "registry.csv",
                                "revision" + std::to_string(revision),
                                static_cast<std::size_t>(patient) + 1,
                                {}};
  for (int v = 0; v < kVariables; ++v) {
    const std::string id = "variable_" + std::to_string(v);
    if (v < 6) {
      char date[16];
      std::snprintf(date, sizeof date, "2021-%02d-%02d", 1 + (patient + v) % 12, 1 + (patient + revision) % 28);
      record.observations.push_back({id, date, "", "", ""});
    } else {
      const std::string value = std::to_string((patient * 31 + v * 7 + revision) % 1000) + ".5";
      record.observations.push_back({id, value, "", "", ""});
      if (v >= 74) {
        record.observations.push_back({id, value, "", "r1", ""});
        record.observations.push_back({id, value, "", "r2", ""});
      }
    }
  }
  return record;
}

/// As an import does it: the registry hears beforehand whose records come.
void add_all(clinical::Registry& registry, const clinical::Rules& rules, int patients, int revision) {
  constexpr int kAtOnce = static_cast<int>(clinical::Registry::kExpectedAtOnce);
  for (int first = 0; first < patients; first += kAtOnce) {
    std::vector<clinical::SourceRecord> records;
    std::vector<std::string> names;
    for (int p = first; p < std::min(patients, first + kAtOnce); ++p) {
      records.push_back(make_record(p, revision));
      names.push_back(records.back().patient);
    }
    registry.expect(names);
    for (auto& record : records) registry.add(rules, std::move(record));
  }
}

/// In a process of its own, so that its peak memory is its own.
void measure(const std::string& label, const std::function<void()>& work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      const auto start = std::chrono::steady_clock::now();
      work();
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      rusage usage{};
      ::getrusage(RUSAGE_SELF, &usage);
      const auto time_s = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * double(t.tv_usec); };
      std::printf("%-45s %7.2f s wall %7.2f s processor %5.0f MB\n", label.c_str(), seconds,
                  time_s(usage.ru_utime) + time_s(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1024);
      std::fflush(stdout);
      ::_exit(0);
    } catch (const std::exception& error) {
      std::printf("%s: %s\n", label.c_str(), error.what());
      std::fflush(stdout);
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) std::exit(1);
}

void run(const std::string& name, const std::string& location, int patients) {
  const clinical::Rules rules = make_rules();
  const std::string schema = "larc_bench_" + std::to_string(::getpid());
  const auto with = [&](const std::function<void(clinical::Registry&, store::Database&)>& work) {
    return [&, work] {
      store::Database database(location, schema);
      clinical::Registry registry(database);
      work(registry, database);
    };
  };
  for (int revision = 0; revision < kRevisions; ++revision)
    measure(name + ": import of revision " + std::to_string(revision + 1), with([&](auto& registry, auto&) {
              registry.change("import", {}, [&] { add_all(registry, rules, patients, revision); });
            }));
  measure(name + ": the same import again", with([&](auto& registry, auto&) {
            registry.change("import", {}, [&] { add_all(registry, rules, patients, kRevisions - 1); });
          }));
  for (const auto point : {clinical::PredictionPoint::P0, clinical::PredictionPoint::P1, clinical::PredictionPoint::P2,
                           clinical::PredictionPoint::LABEL})
    measure(name + ": view at " + to_string(point), with([&](auto& registry, auto&) {
              if (registry.values(rules, {point, "2999-01-01"}).size() != static_cast<std::size_t>(patients))
                throw Error(ErrorCode::internal, "patients are missing");
            }));
  measure(name + ": values of the readers", with([](auto& registry, auto&) { registry.reader_values(); }));
  measure(name + ": one patient of the view", with([&](auto& registry, auto&) {
            registry.values_of("CENTRE-1000000", rules, {clinical::PredictionPoint::P1, ""});
          }));
  measure(name + ": status --verify", with([](auto& registry, auto&) {
            if (!registry.verify(store::ContentStore("none")).faults.empty())
              throw Error(ErrorCode::internal, "the trail is broken");
          }));
  with([&](auto&, store::Database& database) {
    std::printf("%s: %s rows of the table record\n", name.c_str(),
                store::text(database.query("SELECT COUNT(*) FROM record")[0][0]).c_str());
    if (store::is_server_address(location)) database.execute("DROP SCHEMA " + schema + " CASCADE");
  })();
}

}  // namespace
}  // namespace larc

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_registry FOLDER [PATIENTS]\n");
    return 2;
  }
  const int patients = argc > 2 ? std::atoi(argv[2]) : 20000;
  try {
    larc::run("SQLite", std::string(argv[1]) + "/registry.db", patients);
    const char* server = std::getenv("LARC_TEST_POSTGRES");
    if (server != nullptr && *server != '\0')
      larc::run("PostgreSQL", server, patients);
    else
      std::puts("PostgreSQL is left out: LARC_TEST_POSTGRES is not set");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_registry: %s\n", error.what());
    return 1;
  }
}
