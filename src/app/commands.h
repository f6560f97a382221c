// SPDX-License-Identifier: Apache-2.0
// One struct of options and one function for each command. What can't be done is said on
// Console::err; the result is the exit code.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/net/address_guard.h"
#include "countersign/net/curl_transport.h"
#include "countersign/policy/report.h"
#include "countersign/x509/issue_signer.h"

#include "app/certificate_trial.h"
#include "app/console.h"
#include "app/exit_code.h"
#include "app/new_files.h"

namespace countersign::app {

// Text: a report or a tree, for people. Table: a line for each signature.
enum class Output : std::uint8_t { Text, Json, Table };
enum class Source : std::uint8_t { Registry, OciLayout };

struct ImageOptions {     // which image, and how it is reached
  std::string reference;  // or DIR@DIGEST of a layout
  Source source = Source::Registry;
  std::string scope;  // of a layout: the repository that it stands for
  std::string config;
  std::string notation_config;
  std::size_t max_signatures = limits::kSignaturesPerImage;
  std::optional<Time> at;
  Output output = Output::Text;
  // How registry and revocation sources are reached; with a configuration file, that says it.
  std::string docker_config;
  std::string ca_file;
  std::vector<std::string> plain_http;  // hosts
  std::vector<net::AddressRange> allowed;
  std::vector<net::ResolveOverride> resolve;
  std::string revocation_cache;  // a folder
};

struct VerifyOptions : ImageOptions {
  std::map<std::string, std::string> metadata;
  // Many at once, in place of `reference`: these, then those of the file ("-": Console::in).
  std::vector<std::string> references;
  std::string list_file;
  policy::Evidence evidence = policy::Evidence::NotWanted;
  bool several() const { return !references.empty() || !list_file.empty(); }
};

struct ReviewOptions {
  std::string file;  // "-": Console::in
  std::string config;
  std::string name_space = "default";  // of manifests that name none
  std::optional<Time> at;
  Output output = Output::Text;
};

struct PolicyTestOptions {
  std::string folder;
  std::string config;  // empty: countersign.yaml in the folder
  std::optional<Time> at;
  Output output = Output::Text;
};

struct KeysOptions {
  x509::Subject subject;
  x509::Purpose purpose = x509::Purpose::CodeSigning;
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::EcdsaSha256;
  x509::Lineage lineage = x509::Lineage::SelfSigned;
  std::chrono::seconds life{};
  std::string folder;
  std::string passphrase_file;  // empty: the key is not encrypted
  Overwrite overwrite = Overwrite::Refuse;
};

struct CertificateOptions {
  std::string file;
  As as = As::Signer;
  std::string key_file;  // empty: none
  std::optional<Time> at;
  Output output = Output::Text;
};

Exit verify(const VerifyOptions&, Console&);
Exit list(const ImageOptions&, Console&);
Exit inspect(const ImageOptions&, Console&);
Exit review(const ReviewOptions&, Console&);
// What a reason's code means, in any case of letters; without one, all of them.
Exit explain(const std::string& code, Console&);
Exit keys_generate(const KeysOptions&, const Clock&, Console&);
Exit certificate_check(const CertificateOptions&, Console&);
Exit policy_test(const PolicyTestOptions&, Console&);
Exit serve(const std::string& config_file, Console&);
// Online: tries every identity, vault and registry that the file names, too.
enum class Reach : std::uint8_t { Offline, Online };
enum class Remarks : std::uint8_t { Shown, Refused };  // what may not be meant so
Exit config_check(const std::string& file, Reach, Remarks, Console&);
Exit config_show(const std::string& file, Console&);

// A clock whose calendar stands still, for judging at another time.
class CalendarAt final : public Clock {
 public:
  explicit CalendarAt(std::optional<Time> at) : at_(at) {}
  Time now() const override { return at_ ? *at_ : system_.now(); }
  Tick tick() const override { return system_.tick(); }
  const Clock& wall() const { return system_; }  // the time that it is

 private:
  std::optional<Time> at_;
  SystemClock system_;
};

// Prints each problem on a line of its own.
Exit complain(const std::vector<std::string>& problems, Console&);

}  // namespace countersign::app
