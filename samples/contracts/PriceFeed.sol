// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// The latest price of each token, one packed storage slot per token.
contract PriceFeed {
    struct Price {
        uint128 cents; // US cents for one whole token
        uint64 updatedAt; // seconds since 1970
        uint8 decimals; // of the token
    }

    mapping(address token => Price) private prices;

    error NoPrice(address token);

    /// Anybody may set a price: this is a sample.
    function set(address token, uint128 cents, uint64 updatedAt, uint8 decimals) external {
        prices[token] = Price(cents, updatedAt, decimals);
    }

    function priceOf(address token) external view returns (uint256 cents, uint256 unit) {
        Price memory price = prices[token];
        if (price.updatedAt == 0) revert NoPrice(token);
        return (price.cents, 10 ** uint256(price.decimals));
    }
}
