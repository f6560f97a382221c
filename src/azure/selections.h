// SPDX-License-Identifier: Apache-2.0
// From what the configuration selects to objects of a vault.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "countersign/azure/key_vault.h"
#include "countersign/trust/certificate_source.h"

#include "azure/object_list.h"

namespace countersign::azure {

struct VaultObject {
  std::string name;
  trust::Item::Need need = trust::Item::Need::Optional;
  std::vector<Versions> versions = {};  // of all selections that it is in
  std::optional<Error> failure = {};    // whether it is in one of them can't be known now
};

struct SelectedObjects {
  std::vector<VaultObject> objects;  // each once
  // Of selections that selected nothing, or could not: somebody should know.
  std::vector<trust::Item> items;
};

class Selections {
 public:
  explicit Selections(std::vector<Selection> selections);

  // By a pattern or by tags: then resolve() wants the list of all objects.
  bool need_list() const;
  // When the list could not be had, the objects that such a selection gave the last time are in the
  // result with that failure: they must not look as if they were gone.
  SelectedObjects resolve(const WholeList& all);

 private:
  struct Row {
    Selection selection;
    std::vector<std::string> names = {};  // that it gave the last time
  };

  std::vector<Row> rows_;
};

// "certificates named sign-*", "certificates tagged env=prod, team".
std::string text_of(const Selection&);

}  // namespace countersign::azure
