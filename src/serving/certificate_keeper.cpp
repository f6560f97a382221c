// SPDX-License-Identifier: Apache-2.0
#include "countersign/serving/certificate_keeper.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "countersign/codec/rfc3339.h"

#include "serving/bundles.h"
#include "serving/certificate_plan.h"
#include "serving/holdings.h"
#include "serving/step_maker.h"

namespace countersign::serving {
namespace {

using cluster::Written;

enum class Again : std::uint8_t { No, Yes };

// What a step is called in the log.
std::string_view deed(Step step) {
  switch (step) {
    case Step::MakeAll:
      return "an authority and a serving certificate were made";
    case Step::RenewLeaf:
      return "the serving certificate was renewed";
    case Step::MakeNext:
      return "the next authority was made";
    case Step::NotePublished:
      return "the next authority is in all bundles";
    case Step::TakeNext:
      return "the next authority issued the serving certificate";
    case Step::DropOld:
      return "the old authority was dropped";
    case Step::Wait:
      break;
  }
  return {};
}

KeeperStatus::Bundle shown(BundleFit fit) {
  switch (fit) {
    case BundleFit::Unknown:
      return KeeperStatus::Bundle::Unknown;
    case BundleFit::Misfits:
      return KeeperStatus::Bundle::Misfits;
    case BundleFit::Fits:
      return KeeperStatus::Bundle::Fits;
  }
  return {};
}

}  // namespace

struct CertificateKeeper::State {
  KeeperSetup setup;
  cluster::ApiClient& api;
  const Clock& clock;
  log::Logger& logger;
  Serve serve;
  double chance;
  Bundles bundles{setup.targets, api, clock};
  std::string served = {};                // thumbprint of what is
  std::map<std::string, Tick> told = {};  // trouble, and when it was logged
  mutable std::mutex mutex = {};
  KeeperStatus status = {};

  Again step(Deadline deadline);
  void trouble(std::string_view what, const Error& error);

 private:
  Result<std::optional<Holdings>> read(Deadline deadline);
  BundleFit publish(const Holdings& held, Deadline deadline, Again& again);
  Again act(Step step, std::optional<Holdings> held, Deadline deadline);
  void hand_over(const Holdings& held);
  void check_names(const Holdings& held);
};

CertificateKeeper::CertificateKeeper(KeeperSetup setup, cluster::ApiClient& api, const Clock& clock,
                                     log::Logger& logger, Serve serve, double chance)
    : state_(new State{std::move(setup), api, clock, logger, std::move(serve), chance}) {}

CertificateKeeper::~CertificateKeeper() = default;

void CertificateKeeper::look(Deadline deadline) {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->status.trouble.clear();
  }
  for (int steps = 0; steps < limits::kCertificateSteps; ++steps) {
    if (state_->step(deadline) == Again::No) {
      break;
    }
  }
  const std::scoped_lock lock(state_->mutex);
  state_->status.failures += state_->status.trouble.empty() ? 0 : 1;
}

KeeperStatus CertificateKeeper::status() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->status;
}

// The bundles are read before the Secret (bundles.h).
Again CertificateKeeper::State::step(Deadline deadline) {
  bundles.read(deadline);
  auto held = read(deadline);
  if (!held) {
    trouble(setup.secret.text(), held.error());
    return Again::No;
  }
  auto again = Again::No;
  auto fit = BundleFit::Unknown;
  PlanState plan;
  if (*held) {
    plan = plan_state(**held, setup.dns_names);
    hand_over(**held);
    fit = publish(**held, deadline, again);
  }
  if (again == Again::Yes) {
    return again;
  }
  const auto next = next_step(plan, fit, clock.now(), chance);
  return next == Step::Wait ? Again::No : act(next, *std::move(held), deadline);
}

Result<std::optional<Holdings>> CertificateKeeper::State::read(Deadline deadline) {
  TRY(const auto object, std::move(api.get({&setup.secret, 1}, deadline).front()));
  if (!object) {
    return std::nullopt;
  }
  TRY(auto held, read_holdings(*object));
  return held;
}

BundleFit CertificateKeeper::State::publish(const Holdings& held, Deadline deadline, Again& again) {
  if (!held.authority) {
    return BundleFit::Unknown;
  }
  const auto mending = bundles.mend(bundle_of(held), deadline);
  again = mending.write == Bundles::Write::Lost ? Again::Yes : Again::No;
  for (const auto& each : mending.troubles) {
    trouble(each.what, each.error);
  }
  if (mending.mended > 0) {
    logger.warning(
        "the caBundle did not fit the serving certificate: somebody had changed it, and "
        "it was mended",
        {{"objects", mending.mended}});
  }
  check_names(held);
  const std::scoped_lock lock(mutex);
  status.bundle = shown(mending.fit);
  status.mended += mending.mended;
  status.authority_until = held.authority->certificate.not_after();
  return mending.fit;
}

Again CertificateKeeper::State::act(Step step, std::optional<Holdings> held, Deadline deadline) {
  const bool there = held.has_value();
  auto made = make(step, std::move(held).value_or(Holdings()), {setup.dns_names, setup.lifetimes},
                   clock.now());
  if (!made) {
    trouble("serving certificate", made.error());
    return Again::No;
  }
  const auto object = render_holdings(setup.secret, *made);
  const auto written = there ? api.replace(setup.secret, object, deadline)
                             : api.create(setup.secret, object, deadline);
  if (!written) {
    trouble(setup.secret.text(), written.error());
    return Again::No;
  }
  if (written->outcome == Written::Outcome::Done) {
    logger.info(deed(step), {{"secret", setup.secret.place()},
                             {"thumbprint",
                              made->leaf ? made->leaf->certificate.thumbprint() : std::string()}});
  }
  return Again::Yes;  // what is there now is read, whoever wrote it
}

void CertificateKeeper::State::hand_over(const Holdings& held) {
  if (!held.leaf || held.leaf->certificate.not_after() < clock.now()) {
    return;
  }
  const auto& leaf = held.leaf->certificate;
  if (served != leaf.thumbprint()) {
    serve({held.leaf->pem.certificate, held.leaf->pem.key});
    served = leaf.thumbprint();
    logger.info("serving a certificate of the secret",
                {{"secret", setup.secret.place()},
                 {"thumbprint", served},
                 {"notAfter", codec::format_rfc3339(leaf.not_after())}});
  }
  const std::scoped_lock lock(mutex);
  status.has_pair = true;
  status.leaf_until = leaf.not_after();
}

// A caller that calls by another name refuses the certificate, whoever issued it.
void CertificateKeeper::State::check_names(const Holdings& held) {
  for (const auto& host : bundles.hosts()) {
    if (std::ranges::find(held.names, host) == held.names.end()) {
      trouble(host, {Reason::BadConfig,
                     "the webhook is called by a name that is not one of selfManaged.dnsNames"});
    }
  }
}

void CertificateKeeper::State::trouble(std::string_view what, const Error& error) {
  {
    const std::scoped_lock lock(mutex);
    status.trouble = std::string(what) + ": " + error.detail;
  }
  const auto now = clock.tick();
  std::erase_if(
      told, [now](const auto& each) { return each.second + limits::kServingTroubleEvery <= now; });
  if (told.emplace(std::string(what) + "\n" + error.detail, now).second) {
    logger.error("the serving certificate can't be kept",
                 {{"about", what}, {"reason", wire_name(error.reason)}, {"detail", error.detail}});
  }
}

}  // namespace countersign::serving
