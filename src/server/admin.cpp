// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/admin.h"

#include <exception>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"

#include "server/listener.h"
#include "server/reply.h"

namespace countersign::server {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kVerbose = "verbose";  // as Kubernetes' own components know it
constexpr std::string_view kMetricsText = "text/plain; version=0.0.4; charset=utf-8";

HttpReply page(int status, std::string_view content_type, std::string body) {
  return {.status = status,
          .content_type = std::string(content_type),
          .body = std::move(body),
          .retry_after = {}};
}

HttpReply readiness(const std::vector<std::string>& reasons, const std::string& details) {
  std::string body = reasons.empty() ? "ready\n" : "not ready\n";
  for (const auto& reason : reasons) {
    body.append(reason).append("\n");
  }
  return page(reasons.empty() ? 200 : 503, kText, body + details);
}

// Pages are made on the listener's one thread: that /livez answers says that the loop is alive.
class HttpAdmin final : public Admin, private Site {
 public:
  explicit HttpAdmin(AdminPages pages) : pages_(std::move(pages)) {}

  Result<void> listen(const std::string& address);
  std::uint16_t port() const override { return listener_->port(); }

 private:
  std::optional<Refusal> refuse(const RequestHead& head) const override;
  void answer(HttpRequest request, Respond respond, Wanted wanted) override;
  void rejected(int) override {}
  void client_refused(const RefusedClient&) override {}  // nobody is asked for one

  HttpReply page_of(const HttpRequest& request) const;

  const AdminPages pages_;
  const SystemClock clock_;
  const std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  std::unique_ptr<Listener> listener_;
};

Result<void> HttpAdmin::listen(const std::string& address) {
  const ListenerOptions options{
      .listen = address,
      .threads = 1,
      .bounds = {.connections = limits::kAdminConnections, .body_bytes = 0}};
  TRY(listener_, Listener::create(options, *this, nullptr, clock_, *logger_));
  listener_->start();
  return {};
}

std::optional<Refusal> HttpAdmin::refuse(const RequestHead& head) const {
  if (head.path != "/livez" && head.path != "/readyz" && head.path != "/metrics") {
    return Refusal{.status = 404};
  }
  if (head.method != RequestHead::Method::Get && head.method != RequestHead::Method::Head) {
    return Refusal{.status = 405, .allow = "GET, HEAD"};
  }
  return std::nullopt;
}

void HttpAdmin::answer(HttpRequest request, Respond respond, Wanted) {
  try {
    respond(page_of(request));
  } catch (const std::exception&) {
    respond(http_error(500));
  }
}

HttpReply HttpAdmin::page_of(const HttpRequest& request) const {
  if (request.path == "/livez") {
    return page(200, kText, "live\n");
  }
  if (request.path == "/readyz") {
    return readiness(pages_.not_ready(),
                     request.query == kVerbose ? pages_.details() : std::string());
  }
  return page(200, kMetricsText, pages_.metrics());
}

}  // namespace

Result<std::unique_ptr<Admin>> Admin::create(const std::string& listen, AdminPages pages) {
  auto admin = std::make_unique<HttpAdmin>(std::move(pages));
  TRY_VOID(admin->listen(listen));
  return admin;
}

}  // namespace countersign::server
