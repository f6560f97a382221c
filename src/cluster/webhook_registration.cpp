// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/webhook_registration.h"

#include <algorithm>
#include <array>
#include <span>

#include "countersign/net/url.h"

#include "cluster/label_demand.h"

namespace countersign::cluster {
namespace {

using codec::Json;

// Set by Kubernetes on every namespace and by nobody else.
constexpr std::string_view kNamespaceName = "kubernetes.io/metadata.name";

struct Way {  // by which an image comes into a pod
  std::string_view operation, resource, all_of_resource, all;
};
// "*" stands for every resource and no subresource, "*/*" for both, "pods/*" for all subresources.
constexpr std::array kWays{
    Way{"CREATE", "pods", "*", "*/*"},
    Way{"UPDATE", "pods", "*", "*/*"},
    Way{"UPDATE", "pods/ephemeralcontainers", "pods/*", "*/*"},
};

bool leads_to(const Json& webhook, std::string_view path) {
  const auto* config = webhook.find("clientConfig");
  if (config == nullptr) {
    return false;
  }
  if (const auto* address = config->find_string("url")) {
    const auto url = net::Url::parse(*address, Reason::BadConfig);
    return url && url->path() == path;
  }
  const auto* service = config->find("service");
  const auto* own = service == nullptr ? nullptr : service->find_string("path");
  return own != nullptr && *own == path;
}

bool lists(const Json& rule, std::string_view member, std::span<const std::string_view> names) {
  const auto* list = rule.find(member);
  return list != nullptr && std::ranges::any_of(list->elements(), [names](const Json& each) {
           const auto* text = each.string();
           return text != nullptr && std::ranges::find(names, *text) != names.end();
         });
}

bool covers(const Json& rule, const Way& way) {
  const auto* scope = rule.find_string("scope");
  return (scope == nullptr || *scope != "Cluster") &&
         lists(rule, "apiGroups", std::array<std::string_view, 2>{"", "*"}) &&
         lists(rule, "apiVersions", std::array<std::string_view, 2>{"v1", "*"}) &&
         lists(rule, "operations", std::array<std::string_view, 2>{way.operation, "*"}) &&
         lists(rule, "resources",
               std::array<std::string_view, 3>{way.resource, way.all_of_resource, way.all});
}

bool covers(const Json& webhook, std::string_view path, const Way& way) {
  const auto* rules = leads_to(webhook, path) ? webhook.find("rules") : nullptr;
  return rules != nullptr && std::ranges::any_of(rules->elements(), [&way](const Json& rule) {
           return covers(rule, way);
         });
}

std::string title(const Json& webhook) {
  const auto* name = webhook.find_string("name");
  return (name == nullptr ? "a webhook without a name" : *name) + ": ";
}

void look_at_failure(const Json& webhook, WebhookRegistration& found) {
  const auto* policy = webhook.find_string("failurePolicy");
  if (policy == nullptr || *policy != "Fail") {
    found.gaps.push_back(title(webhook) +
                         "failurePolicy is not Fail: while nobody answers, every image is let in");
  }
}

void look_at_label(const std::string& key, const LabelDemand& demand, const std::string& title,
                   WebhookRegistration& found) {
  if (key != kNamespaceName) {
    found.exemptions.push_back(title + "the label " + key +
                               " says which namespaces are judged: whoever may label a namespace "
                               "chooses");
  } else if (demand.among) {
    found.exemptions.push_back(title +
                               "only the namespaces that namespaceSelector lists are judged");
  }
}

void look_at_namespaces(const Json& webhook, WebhookRegistration& found) {
  const auto demands = read_selector(webhook.find("namespaceSelector"));
  const bool none = std::ranges::any_of(demands, [](const auto& each) {
    const auto& [key, demand] = each;
    return !demand.can_be_met() || (key == kNamespaceName && demand.absent);
  });
  if (none) {
    found.gaps.push_back(title(webhook) + "no namespace can match its namespaceSelector");
    return;
  }
  for (const auto& [key, demand] : demands) {
    look_at_label(key, demand, title(webhook), found);
  }
}

void look_at_objects(const Json& webhook, WebhookRegistration& found) {
  if (!read_selector(webhook.find("objectSelector")).empty()) {
    found.gaps.push_back(title(webhook) +
                         "objectSelector: whoever writes a pod says whether it is judged");
  }
  const auto* conditions = webhook.find("matchConditions");
  if (conditions != nullptr && !conditions->elements().empty()) {
    found.exemptions.push_back(title(webhook) + "what matchConditions leave out is not judged");
  }
}

}  // namespace

WebhookRegistration review_registration(const Json& configuration, std::string_view path) {
  WebhookRegistration found;
  const auto* list = configuration.find("webhooks");
  const auto webhooks = list == nullptr ? std::span<const Json>() : list->elements();
  bool leads = false;
  for (const auto& webhook : webhooks) {
    if (leads_to(webhook, path)) {
      leads = true;
      look_at_failure(webhook, found);
      look_at_namespaces(webhook, found);
      look_at_objects(webhook, found);
    }
  }
  if (!leads) {
    found.gaps.push_back("no webhook of it leads to " + std::string(path));
    return found;
  }
  for (const auto& way : kWays) {
    if (std::ranges::none_of(webhooks, [&](const Json& each) { return covers(each, path, way); })) {
      found.gaps.push_back("its rules lack " + std::string(way.operation) + " of " +
                           std::string(way.resource));
    }
  }
  return found;
}

}  // namespace countersign::cluster
