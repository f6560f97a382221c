// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/response.h"

#include <utility>

#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"

#include "plugin/names.h"

namespace countersign::plugin {
namespace {

constexpr std::string_view kContractVersion = "1.0";
constexpr std::string_view kPage = "https://github.com/notaryproject/specifications";

Answer<crypto::SignatureAlgorithm> algorithm_of(const signing::Signer& signer) {
  const auto& key = signer.chain().front().public_key();
  const auto algorithm = key.algorithm();
  if (!algorithm) {
    return refuse(ErrorCode::Validation, "the Notary Project has no algorithm for the key, " +
                                             std::string(key.description()));
  }
  return *algorithm;
}

}  // namespace

std::string metadata(std::string_view version) {
  codec::JsonWriter json;
  json.begin_object()
      .member("name", "azure-kv")
      .member("description", "Countersign: signs with a key in Azure Key Vault")
      .member("version", version)
      .member("url", kPage);
  json.key("supportedContractVersions").begin_array().string(kContractVersion).end_array();
  json.key("capabilities").begin_array().string("SIGNATURE_GENERATOR.RAW").end_array();
  json.end_object();
  return json.take();
}

Answer<std::string> describe_key(const KeyRequest& request, const signing::Signer& signer) {
  TRY(const auto algorithm, algorithm_of(signer));
  codec::JsonWriter json;
  json.begin_object()
      .member("keyId", request.key_id)
      .member("keySpec", key_spec(algorithm))
      .end_object();
  return json.take();
}

Answer<std::string> generate_signature(const SignatureRequest& request,
                                       const signing::Signer& signer, Deadline deadline) {
  TRY(const auto algorithm, algorithm_of(signer));
  if (algorithm != request.algorithm) {
    return refuse(ErrorCode::Validation,
                  "the key is " + std::string(key_spec(algorithm)) + " now, the request is about " +
                      std::string(key_spec(request.algorithm)) +
                      ": it is another one, or was rotated meanwhile; sign again");
  }
  TRY(const auto signature, answer_of(signer.sign(request.payload, deadline)));
  codec::JsonWriter json;
  json.begin_object()
      .member("keyId", request.key_id)
      .member("signature", codec::encode_base64(signature))
      .member("signingAlgorithm", crypto::notation_name(algorithm));
  json.key("certificateChain").begin_array();
  for (const auto& certificate : signer.chain()) {
    json.string(codec::encode_base64(certificate.der()));
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace countersign::plugin
