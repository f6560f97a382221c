// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

namespace countersign::app {
namespace {

Arguments sign(std::initializer_list<const char*> words) {
  Arguments arguments{"sign", "registry.example/a@sha256:" + std::string(64, 'a')};
  arguments.insert(arguments.end(), words.begin(), words.end());
  return arguments;
}

TEST(CommandsSign, Help) { expect_help({{"sign"}}); }

TEST(CommandsSign, RefuseWhatTheyDoNotKnow) {
  expect_refused({{"sign", "--key", "k"},
                  sign({}),
                  sign({"--key", "k", "--key-vault-key", "https://kv.vault.azure.net/keys/a"}),
                  sign({"--key", "/nonexistent"}),
                  sign({"--certificates", "c"}),
                  sign({"--key", "k", "--self-signed"}),
                  sign({"--key", "k", "--signature-format", "pgp"}),
                  sign({"--key", "k", "--expiry", "0s"}),
                  sign({"--key", "k", "--expiry", "101y"}),
                  sign({"--key", "k", "--expiry", "24"}),
                  sign({"--key", "k", "-m", "key"}),
                  sign({"--key", "k", "-m", "a=1", "-m", "a=2"}),
                  sign({"--key", "k", "--timestamp-url", "http://tsa.example"}),
                  sign({"--key", "k", "--timestamp-root-cert", "r"}),
                  sign({"--key", "k", "--timestamp-url", "ftp://x", "--timestamp-root-cert", "r"}),
                  sign({"--key", "k", "-o", "tree"}),
                  sign({"--key-vault-key", "https://kv.vault.azure.net/keys/a", "--self-signed",
                        "--ca-certs", "c"})});
}

}  // namespace
}  // namespace countersign::app
