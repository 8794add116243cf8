#pragma once
#include <string>
#include <vector>

#include "clinical/clinical_table.h"
#include "study/delivered_table.h"
#include "study/delivery_identity.h"
#include "study/study.h"
#include "study/table_mapping.h"

namespace larc::study {

/// What the person who imports says of the tables.
struct TableChoices {
  std::string sheet;   // of workbooks, before the mapping's
  std::string centre;  // of every patient; empty: from the table's centre column
};

/// All tables or none: a fault of one takes the others back.
/// errors   as read_clinical_table
std::vector<ClinicalTable> import_tables(Study& study, const std::vector<DeliveredTable>& delivered,
                                         const TableMappings& mappings, const TableChoices& choices,
                                         DeliveryIdentity& identity);

}  // namespace larc::study
