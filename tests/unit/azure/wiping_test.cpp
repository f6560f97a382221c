// SPDX-License-Identifier: Apache-2.0
// Private keys that a vault sends along with certificates: no block of memory that is freed holds
// one, and after a load the whole memory of the process has none. What is in no memory is in no
// dump either.
//
// The keys are made in a child process and handed over masked, so that only what is tested ever has
// them in clear.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <malloc.h>
#include <new>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "countersign/crypto/openssl_ptr.h"

#include "azure/certified_key.h"
#include "azure/key_vault_source.h"
#include "support/fixed_clock.h"
#include "support/pfx.h"
#include "unit/azure/vault_answers.h"

namespace {

constexpr unsigned char kMask = 0xa5;
constexpr std::size_t kCanary = 24;  // bytes: no accident makes these

// What must not be found, masked. It can't allocate, as it is used where memory is freed.
struct Canaries {
  std::array<std::array<unsigned char, kCanary>, 3> masked{};
  std::size_t count = 0;
};
Canaries canaries;                      // NOLINT: the allocator's own
std::atomic<std::size_t> dirty_blocks;  // freed with a canary in them
std::atomic<bool> armed;

bool holds_canary(const unsigned char* bytes, std::size_t size) {
  const auto* const end = bytes + (size < kCanary ? 0 : size - kCanary + 1);
  for (std::size_t number = 0; number < canaries.count; ++number) {
    const auto& canary = canaries.masked[number];
    const auto find = [&canary, end](const unsigned char* from) {
      return static_cast<const unsigned char*>(
          std::memchr(from, canary[0] ^ kMask, static_cast<std::size_t>(end - from)));
    };
    for (const auto* at = find(bytes); at != nullptr; at = find(at + 1)) {
      std::size_t same = 1;
      while (same < kCanary && (at[same] ^ kMask) == canary[same]) {
        ++same;
      }
      if (same == kCanary) {
        return true;
      }
    }
  }
  return false;
}

void* allocate(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) {
    std::abort();
  }
  return block;
}

void release(void* block) {
  if (block != nullptr && armed &&
      holds_canary(static_cast<const unsigned char*>(block), malloc_usable_size(block))) {
    ++dirty_blocks;
  }
  std::free(block);
}

}  // namespace

// NOLINTBEGIN: these are the program's
void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* block) noexcept { release(block); }
void operator delete[](void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t) noexcept { release(block); }
void operator delete[](void* block, std::size_t) noexcept { release(block); }
// NOLINTEND

namespace countersign::azure {
namespace {

using namespace answers;

std::string flip(std::string text) {
  for (auto& c : text) {
    c = static_cast<char>(static_cast<unsigned char>(c) ^ kMask);
  }
  return text;
}

struct Material {  // masked
  std::string answer;
  std::vector<std::string> canaries;
};

// Runs `make` in a child and masks what it gives before it leaves there.
template <class Make>
Material from_child(const Make& make) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const Material made = make();
    std::string message;
    for (const auto& part : {made.answer, made.canaries.at(0), made.canaries.at(1)}) {
      message += std::to_string(part.size()) + ":" + flip(part);
    }
    const bool good =
        ::write(ends[1], message.data(), message.size()) == static_cast<ssize_t>(message.size());
    _exit(good ? 0 : 1);
  }
  close(ends[1]);
  std::string message;
  std::array<char, 4'096> buffer{};
  for (ssize_t size = 0; (size = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    message.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < message.size();) {
    const auto colon = message.find(':', at);
    const auto size = std::stoul(message.substr(at, colon - at));
    parts.push_back(message.substr(colon + 1, size));
    at = colon + 1 + size;
  }
  return {parts.at(0), {parts.at(1), parts.at(2)}};
}

void watch(const std::vector<std::string>& masked) {
  canaries = {};
  for (const auto& text : masked) {
    ASSERT_GE(text.size(), kCanary);
    std::copy_n(text.begin(), kCanary, canaries.masked.at(canaries.count++).begin());
  }
}

// Everything that is mapped, read through the kernel: heaps, stacks, data.
bool is_in_memory() {
  constexpr std::size_t kChunk = 64 * 1'024;
  constexpr std::size_t kLargest = 256UL * 1'024 * 1'024;  // a sanitizer's own memory
  static std::array<unsigned char, kChunk> chunk;
  std::FILE* const maps = std::fopen("/proc/self/maps", "r");
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  EXPECT_NE(maps, nullptr);
  EXPECT_GE(memory, 0);
  bool found = false;
  std::array<char, 512> line{};
  while (std::fgets(line.data(), line.size(), maps) != nullptr) {
    char* rest = nullptr;
    const auto begin = std::strtoul(line.data(), &rest, 16);
    const auto end = std::strtoul(rest + 1, &rest, 16);
    if (std::string_view(rest).substr(0, 2) != " r" || end - begin > kLargest) {
      continue;
    }
    for (auto at = begin; at < end; at += kChunk - kCanary) {
      const auto size =
          pread(memory, chunk.data(), std::min(kChunk, end - at), static_cast<off_t>(at));
      found = found || (size > 0 && holds_canary(chunk.data(), static_cast<std::size_t>(size)));
    }
  }
  chunk.fill(0);
  std::fclose(maps);
  close(memory);
  return found;
}

// Answers with what it unmasks, straight into the body that it hands over.
class MaskedTransport final : public net::HttpTransport {
 public:
  explicit MaskedTransport(std::string masked) : masked_(std::move(masked)) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    EXPECT_EQ(requests.size(), 1U);
    net::Response response{200, {}, {}};
    response.body.reserve(masked_.size());
    for (const char c : masked_) {
      response.body += static_cast<char>(static_cast<unsigned char>(c) ^ kMask);
    }
    std::vector<Result<net::Response>> results;
    results.push_back(std::move(response));
    return results;
  }

 private:
  std::string masked_;
};

// A token, masked; it must not stay behind either.
const std::string kMaskedToken = [] {
  std::string token;
  for (int i = 0; i < 32; ++i) {
    token += static_cast<char>(('a' + i * 7 % 26) ^ kMask);
  }
  return token;
}();

Result<Secret> give_token(const Secret&, Deadline) { return Secret(flip(kMaskedToken)); }

// The number of certificates, or a reason.
std::string load(const Material& material) {
  test::FixedClock clock;
  MaskedTransport http(material.answer);
  KeyVaultSource source(
      {.vault = vault(), .audience = std::string(kAudience), .selections = {{.name = "ca"}}},
      give_token, http, clock);
  const auto items = source.load(clock.in(std::chrono::seconds(10)));
  EXPECT_TRUE(items);
  const auto& entries = items->front().entries;
  return entries ? std::to_string(entries->size()) : std::string(wire_name(entries.error().reason));
}

// The same for who wants to sign.
std::string certify(const Material& material) {
  test::FixedClock clock;
  MaskedTransport http(material.answer);
  const VaultClient client(access(), give_token, http);
  const auto found = find_certified(client, {.name = "ca", .version = {}, .now = clock.now()},
                                    clock.in(std::chrono::seconds(10)));
  return found ? std::to_string(found->certificates.size())
               : std::string(wire_name(found.error().reason));
}

void expect_clean(const char* name, const std::string& outcome, const Material& material) {
  for (auto* const use : {&load, &certify}) {
    watch({material.canaries.at(0), material.canaries.at(1), kMaskedToken});
    dirty_blocks = 0;
    armed = true;
    EXPECT_EQ(use(material), outcome) << name;
    armed = false;
    EXPECT_EQ(dirty_blocks, 0U) << name << ": freed as it was";
    EXPECT_FALSE(is_in_memory()) << name << ": still somewhere";
  }
}

// A line out of the middle of the key, and it again: PEM has no second form.
std::vector<std::string> lines_of(const std::string& key) {
  const auto line = key.find('\n', key.size() / 2) + 1;
  return {key.substr(line, kCanary), key.substr(line + kCanary, kCanary)};
}

using Text = std::string (*)(const test::Signer&, const std::string& key);

Material pem_material(Text text, const char* type = kPemType) {
  return from_child([&] {
    const auto signer = test::make_key_vault_signer(test::new_key());
    const auto key = signer.key().pem();
    return Material{secret("ca", version(1), text(signer, key), type), lines_of(key)};
  });
}

std::string private_number(const test::Key& key) {
  BIGNUM* made = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key.native(), OSSL_PKEY_PARAM_PRIV_KEY, &made), 1);
  const crypto::BignumPtr number(made);
  std::string bytes(32, '\0');
  EXPECT_EQ(BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()), 32), 32);
  return bytes;
}

// The private number itself, and the part of the base64 that stands for it.
Material pkcs12_material(const test::PfxSpec& spec, std::string (*change)(std::string)) {
  return from_child([&] {
    const auto signer = test::make_leaf(test::new_key(test::KeyType::P256));
    const auto file = test::make_pfx({{.key = signer.key(),
                                       .cipher = test::PfxCipher::None,
                                       .key_cipher = test::PfxCipher::None},
                                      {.certificates = signer.chain()}},
                                     spec);
    const auto number = private_number(signer.key());
    const auto at = as_text(file).find(number);
    EXPECT_NE(at, std::string::npos);
    const auto base64 = codec::encode_base64(file);
    return Material{secret("ca", version(1), change(base64), kPkcs12Type),
                    {number.substr(0, kCanary), base64.substr((at / 3 + 1) * 4, kCanary)}};
  });
}

TEST(Wiping, TheSearchFindsWhatIsThere) {
  const auto material =
      pem_material([](const test::Signer&, const std::string& key) { return key; });
  for (const auto& masked : material.canaries) {
    watch({masked});
    EXPECT_FALSE(is_in_memory());
    auto clear = std::make_unique<std::string>(flip(masked));
    EXPECT_TRUE(is_in_memory());
    dirty_blocks = 0;
    armed = true;
    clear.reset();
    armed = false;
    EXPECT_EQ(dirty_blocks, 1U);
  }
}

TEST(Wiping, NoPemKeyStaysBehind) {  // AZ-35
  struct Row {
    const char* name;
    const char* outcome;
    Text text;
    const char* type = kPemType;
  };
  const std::vector<Row> rows{
      {"key first", "1", [](const auto& signer, const auto& key) { return key + signer.pem(); }},
      {"key last", "1", [](const auto& signer, const auto& key) { return signer.pem() + key; }},
      {"no content type", "1",
       [](const auto& signer, const auto& key) { return signer.pem() + key; }, nullptr},
      {"a key alone", "BAD_CONFIG", [](const auto&, const auto& key) { return key; }},
      {"a broken certificate", "BAD_CONFIG",
       [](const auto&, const auto& key) {
         return key + "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
       }},
      {"a key without an end", "BAD_CONFIG",
       [](const auto& signer, const auto& key) {
         return signer.pem() + key.substr(0, key.find("-----END"));
       }},
      {"a key in one line", "BAD_CONFIG",
       [](const auto& signer, const auto& key) {
         auto line = key;
         std::ranges::replace(line, '\n', ' ');
         return line + "\n" + signer.pem();
       }},
      {"no PEM at all", "BAD_CONFIG",
       [](const auto&, const auto& key) { return key.substr(key.find('\n') + 1, 180); }},
      {"and of an unknown type", "BAD_CONFIG",
       [](const auto&, const auto& key) { return key.substr(key.find('\n') + 1, 180); },
       "text/plain"}};
  for (const auto& row : rows) {
    expect_clean(row.name, row.outcome, pem_material(row.text, row.type));
  }
}

TEST(Wiping, NoPkcs12KeyStaysBehind) {  // AZ-35
  const auto whole = [](std::string base64) { return base64; };
  expect_clean("as it should be", "3", pkcs12_material({}, whole));
  expect_clean("the other empty password", "3", pkcs12_material({.password = std::nullopt}, whole));
  expect_clean("a password", "BAD_CONFIG", pkcs12_material({.password = "hunter2"}, whole));
  expect_clean("cut off", "BAD_CONFIG", pkcs12_material({}, [](std::string base64) {
                 return base64.substr(0, base64.size() / 8 * 4);
               }));
  expect_clean("broken base64", "BAD_CONFIG", pkcs12_material({}, [](std::string base64) {
                 base64.back() = '!';
                 return base64;
               }));
}

TEST(Wiping, NothingOfABrokenAnswerStaysBehind) {  // AZ-35
  using Change = std::string (*)(std::string);
  for (const Change change :
       {Change([](std::string answer) { return answer + "x"; }), Change([](std::string answer) {
          return answer.substr(0, answer.find("\",\"contentType"));
        }),
        Change([](std::string answer) { return R"({"value":"x",)" + answer.substr(1); }),
        Change([](std::string answer) { return "[" + answer + "]"; }),
        Change([](std::string answer) {
          answer.replace(answer.find("\\u"), 2, "\\q");
          return answer;
        })}) {
    expect_clean("broken", "KEY_VAULT_UNAVAILABLE", from_child([change] {
                   const auto signer = test::make_key_vault_signer(test::new_key());
                   const auto key = signer.key().pem();
                   return Material{change(secret("ca", version(1), signer.pem() + key)),
                                   lines_of(key)};
                 }));
  }
}

}  // namespace
}  // namespace countersign::azure
