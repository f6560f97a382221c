// SPDX-License-Identifier: Apache-2.0
#include "azure/secret_answer.h"

#include <utility>

#include "azure/answer_document.h"
#include "azure/secret_certificates.h"
#include "azure/secret_text.h"

namespace countersign::azure {

Result<ObjectVersion> read_secret(std::string& answer, const Resource& asked, const Vault& vault) {
  TRY(const auto text, take_secret_text(answer));
  TRY(const auto document, read_document(answer, asked, vault));
  const auto* type = document.json.find_string("contentType");
  auto certificates = certificates_of(text, type != nullptr ? *type : "");
  if (!certificates) {
    certificates.error().detail = unusable(asked, vault, certificates.error().detail);
  }
  return ObjectVersion{document.version, document.attributes, std::move(certificates),
                       key_id_in(document)};
}

}  // namespace countersign::azure
