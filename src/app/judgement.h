// SPDX-License-Identifier: Apache-2.0
// What `verify` found out, and how it is told.
#pragma once
#include <chrono>
#include <string>

#include "countersign/oci/image_ref.h"
#include "countersign/policy/report.h"

#include "app/console.h"

namespace countersign::app {

struct Judgement {
  std::string reference;  // as the user wrote it
  oci::ImageRef image;
  Result<policy::Report> report;
  std::chrono::nanoseconds elapsed{};
  policy::Evidence evidence = policy::Evidence::NotWanted;  // is it told along?
};

std::string report_text(const Judgement&, Colour);
std::string report_json(const Judgement&);  // design section 5; one line

}  // namespace countersign::app
