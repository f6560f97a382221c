// SPDX-License-Identifier: Apache-2.0
#include "countersign/kube/admission_review.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/test_data.h"
#include "unit/kube/request.h"

namespace countersign::kube {
namespace {

// A review as the folders of tests/data/kube expect it.
std::string summary(const std::expected<Review, Unreadable>& review) {
  if (!review) {
    return std::string(wire_name(review.error().error.reason)) + " " +
           review.error().uid.value_or("without uid") + "\n";
  }
  auto text = "uid: " + review->uid + "\noperation: " + std::string(name(review->operation)) +
              "\nresource: " + review->resource + "\nname: " + review->name_space + "/" +
              review->name + "\nuser: " + review->user +
              "\ndry run: " + (review->dry_run ? "yes" : "no") + "\n";
  for (const auto& use : review->images) {
    text += use.field + " \"" + use.container + "\" " + use.image + "\n";
  }
  return text;
}

TEST(AdmissionReview, JudgesWhatAnApiServerSent) {
  std::size_t folders = 0;
  for (const auto& entry : std::filesystem::directory_iterator(support::test_data("kube"))) {
    if (!exists(entry.path() / "review.json")) {
      continue;
    }
    const auto folder = "kube/" + entry.path().filename().string();
    EXPECT_EQ(summary(parse_review(support::read_test_data(folder + "/review.json"), {})),
              support::read_test_data(folder + "/expect.txt"))
        << folder;
    ++folders;
  }
  EXPECT_GE(folders, 7U);
}

TEST(AdmissionReview, ReadsTheRequest) {
  auto request = Request();
  request.more = R"(,"dryRun":true,"userInfo":{"username":"alice","groups":["system:masters"]})";
  const auto review = parse_review(request.text(), {});
  ASSERT_TRUE(review) << review.error().error.detail;
  EXPECT_EQ(review->uid, "705ab4f5");
  EXPECT_EQ(review->name_space, "shop");
  EXPECT_EQ(review->name, "web-0");
  EXPECT_EQ(review->resource, "pods");
  EXPECT_EQ(review->user, "alice");
  EXPECT_EQ(review->operation, Operation::Create);
  EXPECT_TRUE(review->dry_run);
  ASSERT_EQ(review->images.size(), 1U);
  EXPECT_EQ(review->images[0].field, "spec.containers[0].image");
  EXPECT_EQ(review->images[0].container, "web");
  EXPECT_EQ(review->images[0].image, "a.io/web:1");
}

TEST(AdmissionReview, NeedsOnlyWhatItUses) {  // AW-05
  expect_images(R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
      "operation":"CREATE","uid":"1","kind":{"version":"v1","kind":"Pod"},
      "resource":{"version":"v1","resource":"pods"},
      "object":{"spec":{"containers":[{"image":"x"}]}}}})",
                {"spec.containers[0].image"}, "minimal");
}

TEST(AdmissionReview, IgnoresUnknownMembersAndTheSpellingOfJson) {  // AW-04, AW-07
  expect_images(R"( {"future":1,"apiVersion":"admission.k8s.io\/v1","kind":"Admission\u0052eview",
      "request":{"object":{"spec":{"future":[{}],"containers":[{"image":"x","Image":"y",
      "future":{"image":"z"}}]},"future":null,"kind":"Pod"},"operation":"CREATE","ui\u0064":"1",
      "resource":{"resource":"pods","version":"v1","group":""},"future":{},
      "kind":{"kind":"Pod","version":"v1","group":"","future":0}}} )",
                {"spec.containers[0].image"}, "spelling");
}

TEST(AdmissionReview, WithoutAUidThereIsNoAnswer) {
  const auto good = Request().text();
  const auto replaced = [&good](std::string_view from, std::string_view to) {
    auto text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  ASSERT_TRUE(parse_review(good, {}));
  const struct {
    const char* name;
    std::string text;
  } rows[] = {
      {"empty", ""},  // AW-13
      {"null", "null"},
      {"array", "[]"},
      {"string", R"("")"},
      {"number", "7"},
      {"byte order mark", "\xEF\xBB\xBF" + good},                                          // AW-07
      {"no request", R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"})"},  // AW-14
      {"request null",
       R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":null})"},
      {"request array",
       R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]})"},
      {"uid missing", replaced(R"("uid":"705ab4f5",)", "")},
      {"uid empty", replaced(R"("705ab4f5")", R"("")")},
      {"uid null", replaced(R"("705ab4f5")", "null")},
      {"uid number", replaced(R"("705ab4f5")", "705")},
      {"uid object", replaced(R"("705ab4f5")", "{}")},
      {"uid too long",
       replaced(R"("705ab4f5")", "\"" + std::string(limits::kUidBytes + 1, 'u') + "\"")},
      {"two uids", replaced(R"("uid":)", R"("uid":"x","uid":)")},  // AW-17
      {"two objects", replaced(R"("object":)", R"("object":{},"object":)")},
      {"two lists", replaced(R"("containers":)", R"("containers":[],"containers":)")},
      {"two images", replaced(R"("image":)", R"("image":"signed","image":)")},
      {"two images, one escaped", replaced(R"("image":)", R"("im\u0061ge":"signed","image":)")},
      {"depth", std::string(100'000, '[')},  // AW-19
      {"depth inside", replaced("null", std::string(200, '[') + std::string(200, ']'))},
      {"overflow", replaced("null", "1e400")},
      {"long number", replaced("null", std::string(1'000'000, '9'))},
      {"lone surrogate", replaced("a.io", R"(a.io\ud800)")},
      {"NUL", replaced("a.io", R"(a.io\u0000)")},
      {"raw NUL", replaced("a.io", std::string_view("a\0io", 4))},
      {"invalid UTF-8", replaced("a.io", "a\xFFio")},
      {"trailing text", good + "x"},  // AW-20
      {"two documents", good + good},
      {"v1beta1", replaced("admission.k8s.io/v1", "admission.k8s.io/v1beta1")},  // AW-21
      {"v2", replaced("admission.k8s.io/v1", "admission.k8s.io/v2")},
      {"no apiVersion", replaced(R"("apiVersion":"admission.k8s.io/v1",)", "")},
      {"another kind", replaced("AdmissionReview", "AdmissionReviewList")},
      {"kind in lower case", replaced("AdmissionReview", "admissionreview")},
      {"no kind", replaced(R"("kind":"AdmissionReview",)", "")},
      {"too long", good + std::string(limits::kReviewBytes, ' ')},
  };
  for (const auto& row : rows) {
    const auto review = parse_review(row.text, {});
    ASSERT_FALSE(review) << row.name;
    EXPECT_EQ(review.error().uid, std::nullopt) << row.name;
    EXPECT_EQ(review.error().error.reason, Reason::BadRequest) << row.name;
  }
}

TEST(AdmissionReview, NoPartOfAReviewIsAReview) {  // AW-13
  const auto good = Request().text();
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto review = parse_review(std::string_view(good).substr(0, length), {});
    ASSERT_FALSE(review) << length;
    EXPECT_EQ(review.error().uid, std::nullopt) << length;
  }
}

TEST(AdmissionReview, WhatCanNotBeJudgedIsDeniedWithItsUid) {
  const struct {
    const char* name;
    Change change;
    Reason reason;
  } rows[] = {
      // AW-15, ADM-14
      {"object null", [](Request& r) { r.object = "null"; }, Reason::BadRequest},
      {"object array", [](Request& r) { r.object = "[]"; }, Reason::BadRequest},
      {"object string", [](Request& r) { r.object = R"("x")"; }, Reason::BadRequest},
      {"update, object null",
       [](Request& r) {
         r.operation = R"("UPDATE")";
         r.old_object = r.object;
         r.object = "null";
       },
       Reason::BadRequest},
      {"spec missing", [](Request& r) { r.object = R"({"kind":"Pod"})"; }, Reason::BadRequest},
      {"spec null", [](Request& r) { r.object = pod("null"); }, Reason::BadRequest},
      {"spec array", [](Request& r) { r.object = pod("[]"); }, Reason::BadRequest},
      {"no containers", [](Request& r) { r.object = pod("{}"); }, Reason::BadRequest},
      {"containers null", [](Request& r) { r.object = pod(R"({"containers":null})"); },
       Reason::BadRequest},
      {"containers empty", [](Request& r) { r.object = pod(R"({"containers":[]})"); },
       Reason::BadRequest},
      // AW-16
      {"operation unknown", [](Request& r) { r.operation = R"("PATCH")"; }, Reason::BadRequest},
      {"operation in lower case", [](Request& r) { r.operation = R"("create")"; },
       Reason::BadRequest},
      {"operation empty", [](Request& r) { r.operation = R"("")"; }, Reason::BadRequest},
      {"operation null", [](Request& r) { r.operation = "null"; }, Reason::BadRequest},
      {"operation number", [](Request& r) { r.operation = "1"; }, Reason::BadRequest},
      // AW-25, AW-26, AW-60, ADM-11
      {"kind and resource disagree",
       [](Request& r) { r.kind = R"({"group":"apps","version":"v1","kind":"Deployment"})"; },
       Reason::UnsupportedResource},
      {"object of another kind",
       [](Request& r) { r.object = R"({"kind":"Deployment","apiVersion":"apps/v1"})"; },
       Reason::UnsupportedResource},
      {"object of another version",
       [](Request& r) { r.object = R"({"kind":"Pod","apiVersion":"v2"})"; },
       Reason::UnsupportedResource},
      {"object's kind is a number", [](Request& r) { r.object = R"({"kind":7})"; },
       Reason::UnsupportedResource},
      {"kind of another version",
       [](Request& r) { r.kind = R"({"group":"","version":"v2","kind":"Pod"})"; },
       Reason::UnsupportedResource},
      {"kind in a group",
       [](Request& r) { r.kind = R"({"group":"x","version":"v1","kind":"Pod"})"; },
       Reason::UnsupportedResource},
      {"deployments with a pod",
       [](Request& r) {
         r.resource = R"({"group":"apps","version":"v1","resource":"deployments"})";
       },
       Reason::UnsupportedResource},
      {"pods with a Deployment's kind and object",
       [](Request& r) {
         r.kind = R"({"group":"apps","version":"v1","kind":"Deployment"})";
         r.object = R"({"kind":"Deployment","apiVersion":"apps/v1"})";
       },
       Reason::UnsupportedResource},
      {"deployments of a version that is gone",
       [](Request& r) {
         r.resource = R"({"group":"apps","version":"v1beta1","resource":"deployments"})";
         r.kind = R"({"group":"apps","version":"v1beta1","kind":"Deployment"})";
       },
       Reason::UnsupportedResource},
      {"custom resource",
       [](Request& r) {
         r.resource = R"({"group":"argoproj.io","version":"v1alpha1","resource":"rollouts"})";
         r.kind = R"({"group":"argoproj.io","version":"v1alpha1","kind":"Rollout"})";
       },
       Reason::UnsupportedResource},
      {"pods of another group",
       [](Request& r) { r.resource = R"({"group":"x","version":"v1","resource":"pods"})"; },
       Reason::UnsupportedResource},
      {"status of another resource",
       [](Request& r) {
         r.resource = R"({"group":"","version":"v1","resource":"services"})";
         r.subresource = R"("status")";
       },
       Reason::UnsupportedResource},
      {"scale that is no Scale",
       [](Request& r) {
         r.resource = R"({"group":"apps","version":"v1","resource":"deployments"})";
         r.subresource = R"("scale")";
       },
       Reason::UnsupportedResource},
      {"resource missing", [](Request& r) { r.resource = "null"; }, Reason::BadRequest},
      {"resource name is a number",
       [](Request& r) { r.resource = R"({"group":"","version":"v1","resource":1})"; },
       Reason::BadRequest},
      {"kind missing", [](Request& r) { r.kind = "null"; }, Reason::BadRequest},
      {"subresource is a number", [](Request& r) { r.subresource = "1"; }, Reason::BadRequest},
      {"name is a number", [](Request& r) { r.name = "1"; }, Reason::BadRequest},
      {"dryRun is text", [](Request& r) { r.more = R"(,"dryRun":"no")"; }, Reason::BadRequest},
      {"user is a number", [](Request& r) { r.more = R"(,"userInfo":{"username":1})"; },
       Reason::BadRequest},
  };
  for (const auto& row : rows) {
    const auto review = parse_review(changed(row.change).text(), {});
    ASSERT_FALSE(review) << row.name;
    EXPECT_EQ(review.error().uid, "705ab4f5") << row.name;
    EXPECT_EQ(review.error().error.reason, row.reason) << row.name;
  }
}

TEST(AdmissionReview, UidsComeBackAsTheyWere) {  // ADM-16
  const std::string longest(limits::kUidBytes, 'u');
  for (const auto& uid :
       {std::string("1"), longest, std::string("a\"b\\c/d <>&\xE2\x80\xA8\xC3\xA4"),
        std::string("\x01\x1F\x7F")}) {
    auto request = Request();
    request.uid = "\"";
    for (const char character : uid) {
      const auto code = static_cast<unsigned char>(character);
      if (code < 0x20) {
        request.uid +=
            std::string("\\u00") + (code < 0x10 ? "0" : "1") + "0123456789abcdef"[code % 16];
      } else {
        request.uid += (character == '"' || character == '\\') ? "\\" : "";
        request.uid += character;
      }
    }
    request.uid += "\"";
    const auto review = parse_review(request.text(), {});
    ASSERT_TRUE(review) << uid;
    EXPECT_EQ(review->uid, uid);
  }
}

TEST(AdmissionReview, DeleteAndConnectRunNothing) {  // ADM-15, AW-69
  for (const auto* operation : {R"("DELETE")", R"("CONNECT")"}) {
    for (const auto* object : {"null", "{}", R"({"kind":"PodExecOptions","command":["sh"]})"}) {
      const auto request = changed([&](Request& r) {
        r.operation = operation;
        r.object = object;
        r.subresource = R"("exec")";
      });
      expect_images(request.text(), {}, operation);
    }
  }
}

TEST(AdmissionReview, SubresourcesWithoutImagesAreNotReadAsPods) {  // AW-54
  for (const auto* subresource :
       {"attach", "binding", "eviction", "exec", "log", "portforward", "proxy", "status"}) {
    const auto request = changed([&](Request& r) {
      r.subresource = "\"" + std::string(subresource) + "\"";
      r.kind = R"({"group":"policy","version":"v1","kind":"Eviction"})";
      r.object = R"({"kind":"Eviction","spec":7})";
    });
    expect_images(request.text(), {}, subresource);
  }
}

TEST(AdmissionReview, AScaleHasNoImages) {  // AW-55
  const auto request = changed([](Request& r) {
    r.operation = R"("UPDATE")";
    r.resource = R"({"group":"apps","version":"v1","resource":"deployments"})";
    r.subresource = R"("scale")";
    r.kind = R"({"group":"autoscaling","version":"v1","kind":"Scale"})";
    r.object = R"({"kind":"Scale","apiVersion":"autoscaling/v1","spec":{"replicas":3}})";
  });
  expect_images(request.text(), {}, "scale");
}

TEST(AdmissionReview, OfAWorkloadOnlyTheStatusHasNoImages) {
  for (const auto& [subresource, fields] : std::vector<std::pair<std::string, std::size_t>>{
           {"status", 0}, {"", 1}, {"restart", 1}, {"exec", 1}, {"Status", 1}}) {
    const auto review = parse_review(changed([&](Request& r) {
                                       r.operation = R"("UPDATE")";
                                       r.kind = R"({"group":"batch","version":"v1","kind":"Job"})";
                                       r.resource =
                                           R"({"group":"batch","version":"v1","resource":"jobs"})";
                                       r.subresource = "\"" + subresource + "\"";
                                       r.object = R"({"kind":"Job","spec":{"template":{"spec":{
                                           "containers":[{"image":"x"}]}}}})";
                                     }).text(),
                                     {});
    ASSERT_TRUE(review) << subresource;
    EXPECT_EQ(review->images.size(), fields) << subresource;
    EXPECT_EQ(review->resource, "jobs.batch" + (subresource.empty() ? "" : "/" + subresource));
  }
}

TEST(AdmissionReview, TheNamespaceOfTheRequestCounts) {  // the webhook logs it
  const auto in = [](const char* metadata) {
    return parse_review(changed([&](Request& r) {
                          r.object = std::string(R"({"metadata":)") + metadata +
                                     R"(,"spec":{"containers":[{"image":"x"}]}})";
                        }).text(),
                        {});
  };
  for (const auto* metadata :
       {"{}", "null", R"({"namespace":""})", R"({"namespace":null})", R"({"namespace":"shop"})"}) {
    const auto review = in(metadata);
    ASSERT_TRUE(review) << metadata;
    EXPECT_EQ(review->other_name_space, std::nullopt) << metadata;
  }
  const auto review = in(R"({"namespace":"kube-system"})");
  ASSERT_TRUE(review);
  EXPECT_EQ(review->name_space, "shop");
  EXPECT_EQ(review->puller.name_space, "shop");
  EXPECT_EQ(review->other_name_space, "kube-system");
  EXPECT_EQ(in(R"({"namespace":7})").error().error.reason, Reason::BadRequest);
}

TEST(AdmissionReview, AllOtherSubresourcesAreReadAsPods) {  // AW-53
  for (const auto* subresource : {"ephemeralcontainers", "resize", "foo", "Status", "status/x"}) {
    const auto request =
        changed([&](Request& r) { r.subresource = "\"" + std::string(subresource) + "\""; });
    expect_images(request.text(), {"spec.containers[0].image"}, subresource);
    const auto review = parse_review(request.text(), {});
    ASSERT_TRUE(review);
    EXPECT_EQ(review->resource, "pods/" + std::string(subresource));
  }
}

TEST(AdmissionReview, TheNameMayBeOnItsWay) {  // AW-08
  const auto named = [](const char* name, const char* metadata) {
    const auto review = parse_review(changed([&](Request& r) {
                                       r.name = name;
                                       r.object = std::string(R"({"metadata":)") + metadata +
                                                  R"(,"spec":{"containers":[{"image":"x"}]}})";
                                     }).text(),
                                     {});
    return review ? review->name : "refused";
  };
  EXPECT_EQ(named(R"("")", R"({"generateName":"web-"})"), "web-*");
  EXPECT_EQ(named("null", R"({"generateName":"web-"})"), "web-*");
  EXPECT_EQ(named(R"("web-7")", R"({"generateName":"web-"})"), "web-7");
  EXPECT_EQ(named(R"("")", "{}"), "");
  EXPECT_EQ(named(R"("")", R"({"generateName":7})"), "refused");
}

TEST(AdmissionReview, OperationsHaveTheNamesOfTheApi) {
  EXPECT_EQ(name(Operation::Create), "CREATE");
  EXPECT_EQ(name(Operation::Update), "UPDATE");
  EXPECT_EQ(name(Operation::Delete), "DELETE");
  EXPECT_EQ(name(Operation::Connect), "CONNECT");
}

}  // namespace
}  // namespace countersign::kube
