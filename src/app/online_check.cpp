// SPDX-License-Identifier: Apache-2.0
#include "app/online_check.h"

#include <ostream>
#include <string>

#include "countersign/base/limits.h"

#include "app/trust_report.h"

namespace countersign::app {
namespace {

// The line, and what it says of the whole.
Exit say(const std::string& what, const Result<void>& finding, Console& console) {
  if (finding) {
    console.out << what << ": OK\n";
    return Exit::Yes;
  }
  const auto& error = finding.error();
  console.out << what << ": " << wire_name(error.reason) << ": "
              << log::clean(error.detail, limits::kLogField) << '\n';
  return exit_of(error.reason) == Exit::Usage ? Exit::Usage : Exit::Unknown;
}

Exit try_store(const admission::StoreSource& source, const trust::Store& store, Time now,
               Console& console) {
  auto exit = Exit::Yes;
  const auto title = "trust store " + source.name.text() + ", " +
                     log::clean(source.source->description(), limits::kLogField) + ": ";
  for (const auto& holding : store.holdings()) {
    Result<void> finding;
    if (holding.failure) {
      finding = std::unexpected(*holding.failure);
    } else if (holding.entries.empty()) {
      finding = fail(Reason::TrustStoreEmpty,
                     holding.remark.empty() ? "there is nothing to trust" : holding.remark);
    }
    exit = worse(exit, finding ? say(title + item_text(holding, now), finding, console)
                               : say(title + holding.name, finding, console));
  }
  return exit;
}

Exit try_stores(Application& application, const Clock& clock, Console& console) {
  auto exit = Exit::Yes;
  const auto& holder = application.trust_holder();
  const auto trust = application.trust();
  for (std::size_t each = 0; each < holder.size(); ++each) {
    const auto& source = holder.at(each);
    exit = worse(exit, try_store(source, trust->stores().at(source.name), clock.now(), console));
  }
  return exit;
}

Exit try_registries(Application& application, Deadline deadline, Console& console) {
  auto exit = Exit::Yes;
  for (const auto& [host, finding] : application.registries().try_all(deadline)) {
    exit = worse(exit, say("registry " + host, finding, console));
  }
  return exit;
}

// Last: the stores and registries before have asked for tokens.
Exit show_identities(const AzureAccess& azure, Console& console) {
  auto exit = Exit::Yes;
  for (std::size_t each = 0; each < azure.identities(); ++each) {
    const auto& keeper = azure.keeper(each);
    for (const auto& state : keeper.states()) {
      const auto finding =
          state.failure ? Result<void>(std::unexpected(*state.failure)) : Result<void>();
      exit = worse(exit, say("identity " + std::string(keeper.description()) + ", token for " +
                                 state.audience,
                             finding, console));
    }
  }
  return exit;
}

}  // namespace

Exit online_check(Application& application, const Clock& clock, Console& console) {
  const auto deadline =
      Deadline::after(clock, limits::kCommandWait).trying_until(clock.tick() + limits::kLookWait);
  application.refresh_trust(deadline);
  auto exit = try_stores(application, clock, console);
  exit = worse(exit, try_registries(application, deadline, console));
  return application.azure() == nullptr
             ? exit
             : worse(exit, show_identities(*application.azure(), console));
}

}  // namespace countersign::app
