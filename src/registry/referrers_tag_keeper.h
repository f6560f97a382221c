// SPDX-License-Identifier: Apache-2.0
// Keeping the referrers tag of an image (distribution specification 1.1, "Pushing Manifests with
// Subject"): "pull the current referrers list", add the descriptor, push it again.
//
// Others do the same at the same time, and nothing locks the tag: who writes last has dropped what
// he had not read. So that none of several Countersigns loses anything,
//  - who took longer than limits::kTagWriteWindow from reading to writing reads again, and the
//    writing itself may take as long;
//  - what was written must be found limits::kTagLooks times, a window apart: by then everybody who
//    had read the tag before has written it;
//  - what is not found is written again, after a random wait that grows.
// A client that does not look again may lose its entry all the same; it is put back here when it
// had been seen before, and its manifest is still there.
#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/courier/courier.h"
#include "countersign/net/url.h"
#include "countersign/oci/descriptor.h"

#include "registry/referrer_index.h"
#include "registry/session.h"

namespace countersign::registry {

class ReferrersTagKeeper {  // of one image, for one new referrer; used once; all is borrowed
 public:
  struct Means {
    Session& session;  // that may push
    courier::Patience& patience;
    const Clock& clock;
  };
  // `repository` is ".../v2/<name>/".
  ReferrersTagKeeper(const Means&, const net::Url& repository, const oci::Digest& subject);

  // Until the referrer is listed, and stays. RegistryResponse: what is under the tag is no index,
  // and was left alone. RegistryUnavailable: others wrote each time.
  [[nodiscard]] Result<void> list(const oci::Descriptor& referrer, Deadline);

 private:
  struct Seen {
    std::string text;
    bool there = false;  // its manifest, when it was looked for
  };
  enum class Attempt : std::uint8_t { Listed, InVain };

  Result<Attempt> try_once(const IndexEntry&, Deadline);
  Result<std::optional<ReferrerIndex>> read(Deadline);
  Result<void> put_back(ReferrerIndex&, Deadline);
  Result<void> look_for_lost(const ReferrerIndex&, Deadline);
  Result<Attempt> write(const ReferrerIndex&, Deadline);
  Result<bool> stays(const oci::Digest&, Deadline);
  Result<void> back_off(int attempt, Deadline);
  Result<void> pause(std::chrono::milliseconds, Deadline);

  Means means_;
  const net::Url& repository_;
  const oci::Digest& subject_;
  std::string tag_;
  std::map<oci::Digest, Seen> seen_;
};

}  // namespace countersign::registry
