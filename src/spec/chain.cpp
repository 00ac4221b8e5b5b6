#include "spec/chain.hpp"

#include <array>

namespace runahead {
namespace {

// EIP-7840, EIP-7691, EIP-8134 (BPO1), EIP-8135 (BPO2).
constexpr BlobSchedule no_blobs{};
constexpr BlobSchedule cancun_blobs{3, 6, 3338477};
constexpr BlobSchedule prague_blobs{6, 9, 5007716};
constexpr BlobSchedule bpo1_blobs{10, 15, 8346193};
constexpr BlobSchedule bpo2_blobs{14, 21, 11684671};

// Block numbers: EIP-6953; the first proof-of-stake block is 15537394. Timestamps: EIP-6953
// (Shanghai), EIP-7569 (Cancun), EIP-7600 (Prague), EIP-7607 (Osaka, BPO1, BPO2), which list the
// test networks too.
constexpr std::array mainnet_by_number = {
    Activation{0, Fork::frontier, no_blobs},
    Activation{1'150'000, Fork::homestead, no_blobs},
    Activation{2'463'000, Fork::tangerine_whistle, no_blobs},
    Activation{2'675'000, Fork::spurious_dragon, no_blobs},
    Activation{4'370'000, Fork::byzantium, no_blobs},
    // Constantinople was replaced before it ran: Petersburg starts at the same block.
    Activation{7'280'000, Fork::petersburg, no_blobs},
    Activation{9'069'000, Fork::istanbul, no_blobs},
    Activation{12'244'000, Fork::berlin, no_blobs},
    Activation{12'965'000, Fork::london, no_blobs},
    Activation{15'537'394, Fork::paris, no_blobs},
};
constexpr std::array mainnet_by_time = {
    Activation{1'681'338'455, Fork::shanghai, no_blobs},
    Activation{1'710'338'135, Fork::cancun, cancun_blobs},
    Activation{1'746'612'311, Fork::prague, prague_blobs},
    Activation{1'764'798'551, Fork::osaka, prague_blobs},
    Activation{1'765'290'071, Fork::osaka, bpo1_blobs},
    Activation{1'767'747'671, Fork::osaka, bpo2_blobs},
};

// Proof of work with London's rules from genesis; the first proof-of-stake block is 1450409.
constexpr std::array sepolia_by_number = {
    Activation{0, Fork::london, no_blobs},
    Activation{1'450'409, Fork::paris, no_blobs},
};
constexpr std::array sepolia_by_time = {
    Activation{1'677'557'088, Fork::shanghai, no_blobs},
    Activation{1'706'655'072, Fork::cancun, cancun_blobs},
    Activation{1'741'159'776, Fork::prague, prague_blobs},
    Activation{1'760'427'360, Fork::osaka, prague_blobs},
    Activation{1'761'017'184, Fork::osaka, bpo1_blobs},
    Activation{1'761'607'008, Fork::osaka, bpo2_blobs},
};

// Holesky and Hoodi started merged; Hoodi with Cancun's rules.
constexpr std::array merged_from_genesis = {Activation{0, Fork::paris, no_blobs}};
constexpr std::array holesky_by_time = {
    Activation{1'696'000'704, Fork::shanghai, no_blobs},
    Activation{1'707'305'664, Fork::cancun, cancun_blobs},
    Activation{1'740'434'112, Fork::prague, prague_blobs},
    Activation{1'759'308'480, Fork::osaka, prague_blobs},
    Activation{1'759'800'000, Fork::osaka, bpo1_blobs},
    Activation{1'760'389'824, Fork::osaka, bpo2_blobs},
};
constexpr std::array hoodi_by_time = {
    Activation{0, Fork::cancun, cancun_blobs},
    Activation{1'742'999'832, Fork::prague, prague_blobs},
    Activation{1'761'677'592, Fork::osaka, prague_blobs},
    Activation{1'762'365'720, Fork::osaka, bpo1_blobs},
    Activation{1'762'955'544, Fork::osaka, bpo2_blobs},
};

constexpr std::array chains = {
    ChainConfig{1, "mainnet", mainnet_by_number, mainnet_by_time},
    ChainConfig{11'155'111, "sepolia", sepolia_by_number, sepolia_by_time},
    ChainConfig{17'000, "holesky", merged_from_genesis, holesky_by_time},
    ChainConfig{560'048, "hoodi", merged_from_genesis, hoodi_by_time},
};

} // namespace

const ChainConfig* find_chain(uint64_t chain_id) {
  for (const ChainConfig& chain : chains)
    if (chain.chain_id == chain_id) return &chain;
  return nullptr;
}

Rules rules_at(const ChainConfig& chain, uint64_t block_number, uint64_t timestamp) {
  Rules rules{Fork::frontier, no_blobs, chain.chain_id};
  const auto apply = [&rules](std::span<const Activation> schedule, uint64_t now) {
    for (const Activation& activation : schedule) {
      if (activation.at > now) break;
      rules.fork = activation.fork;
      rules.blobs = activation.blobs;
    }
  };
  apply(chain.by_number, block_number);
  apply(chain.by_time, timestamp);
  return rules;
}

} // namespace runahead
