// SPDX-License-Identifier: Apache-2.0
// e2e_client CA URL FILE...: posts each FILE as JSON over one TLS connection and prints a line
// "STATUS CONTENT-TYPE" and then the body for each. The authority CA (PEM) is the only one trusted.
// Exit status: 0 every request was answered, 1 not, 2 usage.
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <cpprest/http_client.h>

namespace {

namespace client = web::http::client;

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + name);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

client::http_client_config trusting(const std::string& ca_file) {
  client::http_client_config config;
  config.set_timeout(std::chrono::seconds(30));
  config.set_ssl_context_callback([ca_file](boost::asio::ssl::context& context) {
    context.load_verify_file(ca_file);
    context.set_verify_mode(boost::asio::ssl::verify_peer);
  });
  return config;
}

void post(client::http_client& server, const std::string& file) {
  const auto answer =
      server.request(web::http::methods::POST, "", read_file(file), "application/json").get();
  // Not extract_json: the body is to be judged as the server wrote it.
  std::cout << answer.status_code() << ' ' << answer.headers().content_type() << '\n'
            << answer.extract_utf8string(true).get() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: e2e_client CA URL FILE...\n";
    return 2;
  }
  try {
    client::http_client server(argv[2], trusting(argv[1]));
    for (int i = 3; i < argc; ++i) {
      post(server, argv[i]);
    }
  } catch (const std::exception& error) {
    std::cerr << "e2e_client: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
