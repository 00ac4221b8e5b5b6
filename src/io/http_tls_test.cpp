#include "io/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace runahead {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

struct Identity {
  std::string certificate, key; ///< PEM
};

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

/// A certificate signed by itself, for `names` as OpenSSL's subjectAltName writes them.
Identity make_identity(const char* names) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_set_pubkey(certificate, key);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());
  BIO* certificate_text = BIO_new(BIO_s_mem());
  BIO* key_text = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_text, certificate);
  PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {text_of(certificate_text), text_of(key_text)};
}

/// Answers every request on every connection with `fine`; one connection after another.
class TlsPeer {
public:
  explicit TlsPeer(const Identity& identity)
      : tls_(asio::ssl::context::tls_server),
        acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    tls_.use_certificate_chain(asio::buffer(identity.certificate));
    tls_.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
    SSL_CTX_set_tlsext_servername_callback(tls_.native_handle(), &TlsPeer::take_name);
    SSL_CTX_set_tlsext_servername_arg(tls_.native_handle(), this);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsPeer() {
    stopping_ = true;
    boost::system::error_code ignored;
    tcp::socket wake(context_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    wake.close(ignored);
    thread_.join();
  }
  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

  std::string server_name; ///< that the last client asked for

private:
  static int take_name(SSL* ssl, int*, void* self) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    static_cast<TlsPeer*>(self)->server_name = name ? name : "";
    return SSL_TLSEXT_ERR_OK;
  }
  void serve() {
    while (!stopping_) {
      asio::ssl::stream<tcp::socket> stream(acceptor_.accept(), tls_);
      boost::system::error_code error;
      stream.handshake(asio::ssl::stream_base::server, error);
      asio::streambuf buffer;
      while (!error && !stopping_) {
        const size_t size = asio::read_until(stream, buffer, "}", error);
        if (error) break;
        buffer.consume(size);
        asio::write(stream,
                    asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")),
                    error);
      }
    }
  }

  asio::io_context context_;
  asio::ssl::context tls_;
  tcp::acceptor acceptor_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

class HttpTlsTest : public testing::Test {
protected:
  HttpTlsTest() : trusted_(make_identity("DNS:localhost, IP:127.0.0.1")) {
    std::string name = testing::TempDir() + "runahead-tls-XXXXXX";
    folder_ = mkdtemp(name.data());
    std::ofstream(folder_ + "/store.pem") << trusted_.certificate;
    setenv("SSL_CERT_FILE", (folder_ + "/store.pem").c_str(), 1); // the system's store, for OpenSSL
  }
  ~HttpTlsTest() override {
    unsetenv("SSL_CERT_FILE");
    std::filesystem::remove_all(folder_);
  }

  HttpResult post(const std::string& url, int times = 1) {
    auto client = HttpClient::create(loop_, url);
    EXPECT_TRUE(client) << client.error().message;
    std::optional<HttpResult> result;
    for (int i = 0; i < times; ++i) {
      result.reset();
      (*client)->post("{}", {}, 5s, [&](HttpResult got) { result = std::move(got); });
      EXPECT_TRUE(loop_.run_until([&] { return result.has_value(); }));
    }
    EXPECT_LE((*client)->stats().connections, 1u);
    return std::move(*result);
  }

  EventLoop loop_;
  const Identity trusted_;
  std::string folder_;
};

TEST_F(HttpTlsTest, VerifiesAndNamesTheHost) {
  TlsPeer peer(trusted_);
  const HttpResult result = post("https://localhost:" + peer.port(), 3);
  ASSERT_TRUE(result) << result.error().cause;
  EXPECT_EQ(result->body, "fine");
  EXPECT_EQ(peer.server_name, "localhost");
}

TEST_F(HttpTlsTest, VerifiesAddressesWithoutAServerName) {
  TlsPeer peer(trusted_);
  const HttpResult result = post("https://127.0.0.1:" + peer.port());
  ASSERT_TRUE(result) << result.error().cause;
  EXPECT_EQ(peer.server_name, "");
}

TEST_F(HttpTlsTest, RefusesCertificatesNobodyVouchesFor) {
  TlsPeer peer(make_identity("DNS:localhost"));
  const HttpResult result = post("https://localhost:" + peer.port());
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.error().transient);
  EXPECT_NE(result.error().cause.find("cannot agree on TLS"), std::string::npos)
      << result.error().cause;
  EXPECT_NE(result.error().cause.find("self-signed"), std::string::npos) << result.error().cause;
}

TEST_F(HttpTlsTest, RefusesCertificatesOfOtherHosts) {
  const Identity other = make_identity("DNS:elsewhere.example");
  std::ofstream(folder_ + "/store.pem") << other.certificate; // trusted, but not for localhost
  TlsPeer peer(other);
  const HttpResult result = post("https://localhost:" + peer.port());
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.error().transient);
}

} // namespace
} // namespace runahead
