#include "statetest/expectation.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using Refusals = std::vector<Refusal>;

TEST(Expectation, NamesOfBothFixtureSets) {
  const auto of = [](std::string_view name) { return refusals_of(name).value_or(Refusals()); };
  EXPECT_EQ(of("TransactionException.NONCE_IS_MAX"), Refusals{InvalidCode::nonce_at_maximum});
  EXPECT_EQ(of("TR_NonceHasMaxValue"), Refusals{InvalidCode::nonce_at_maximum});
  EXPECT_EQ(of("TransactionException.TYPE_3_TX_ZERO_BLOBS"),
            Refusals{InvalidCode::blob_count_zero});
  EXPECT_EQ(of("SenderNotEOA"), Refusals{InvalidCode::sender_not_eoa});
  EXPECT_EQ(of("TR_RLP_WRONGVALUE"), Refusals{std::nullopt});
}

TEST(Expectation, AlternativesAreAllTaken) {
  EXPECT_EQ(refusals_of("TransactionException.TYPE_3_TX_PRE_FORK|"
                        "TransactionException.TYPE_3_TX_ZERO_BLOBS")
                .value(),
            (Refusals{InvalidCode::type_not_supported, InvalidCode::blob_count_zero}));
  EXPECT_EQ(refusals_of("TR_NoFundsOrGas").value(),
            (Refusals{InvalidCode::insufficient_funds, InvalidCode::intrinsic_gas_too_low}));
}

TEST(Expectation, UnknownNamesAreErrors) {
  for (const char* name : {"", "TransactionException.", "TR_", "NONCE_IS_MA", "NONCE_IS_MAX|",
                           "NONCE_IS_MAX|TransactionException.MOON_TOO_FULL"})
    EXPECT_FALSE(refusals_of(name)) << name;
  EXPECT_EQ(refusals_of("NONCE_IS_MAX|TransactionException.MOON_TOO_FULL").error().message,
            "exception 'MOON_TOO_FULL' is not known");
}

} // namespace
} // namespace runahead
