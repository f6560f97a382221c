// SPDX-License-Identifier: Apache-2.0
#include "net/curl_options.h"

#include "countersign/base/limits.h"
#include "countersign/crypto/tls_plaintext.h"

namespace countersign::net {
namespace {

void forbid_cleverness(Options& options) {
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  options.set(CURLOPT_FOLLOWLOCATION, 0L);
  options.set(CURLOPT_UNRESTRICTED_AUTH, 0L);
  options.set(CURLOPT_PATH_AS_IS, 1L);
  options.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  options.set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  // Else removing a transfer whose name is being resolved waits for the resolver, and with it the
  // loop and every other transfer. The resolver's thread then ends by itself.
  options.set(CURLOPT_QUICK_EXIT, 1L);
}

CURLcode on_tls_context(CURL*, void* context, void*) {
  crypto::wipe_tls_plaintext(static_cast<ssl_ctx_st*>(context));
  return CURLE_OK;
}

void demand_tls(Options& options, const Settings& settings) {
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_SSL_VERIFYPEER, 1L);
  options.set(CURLOPT_SSL_VERIFYHOST, 2L);
  options.set(CURLOPT_SSL_CTX_FUNCTION, &on_tls_context);
  // The CA file alone decides, and only a store that is one file is kept between connections.
  options.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  options.set(CURLOPT_CA_CACHE_TIMEOUT, static_cast<long>(limits::kCaFileLife.count()));
  if (!settings.ca_file.empty()) {
    options.set(CURLOPT_CAINFO, settings.ca_file.c_str());
  }
  if (!settings.client_certificate.empty()) {  // a TLS proxy's own would be CURLOPT_PROXY_SSLCERT
    options.set(CURLOPT_SSLCERT, settings.client_certificate.c_str());
    options.set(CURLOPT_SSLKEY, settings.client_key.c_str());
    // Else OpenSSL asks for it on the terminal, should a key with one take this one's place.
    options.set(CURLOPT_KEYPASSWD, "");
  }
}

void go_through(Options& options, const Settings& settings, const Proxy& proxy) {
  options.set(CURLOPT_PROXY, proxy.url.c_str());
  options.set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  options.set(CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
  options.set(CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
  options.set(CURLOPT_PROXY_CAPATH, static_cast<const char*>(nullptr));
  if (!settings.ca_file.empty()) {
    options.set(CURLOPT_PROXY_CAINFO, settings.ca_file.c_str());
  }
  if (!proxy.user.empty()) {
    options.set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
    options.set(CURLOPT_PROXYUSERNAME, proxy.user.c_str());
    options.set(CURLOPT_PROXYPASSWORD, proxy.password.reveal().c_str());
  }
}

}  // namespace

void apply(Options& options, const Settings& settings, const Proxy* proxy) {
  forbid_cleverness(options);
  demand_tls(options, settings);
  options.set(CURLOPT_PROTOCOLS_STR,
              settings.plain_http == PlainHttp::Allow ? "http,https" : "https");
  options.set(CURLOPT_NOPROXY, "");  // else the environment's no_proxy counts
  if (proxy != nullptr) {
    go_through(options, settings, *proxy);
  } else {
    options.set(CURLOPT_PROXY, "");  // else the environment's proxy counts
  }
  options.set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits::kConnectWait.count()));
  if (!settings.user_agent.empty()) {
    options.set(CURLOPT_USERAGENT, settings.user_agent.c_str());
  }
}

}  // namespace countersign::net
