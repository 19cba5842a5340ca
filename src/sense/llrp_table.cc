#include "sense/llrp_table.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <deque>
#include <map>
#include <string>

namespace shrike {
namespace {

// How to read it. A line that begins with a blank goes on with the one above.
//   message NUMBER NAME, parameter NUMBER NAME: first the fields, as they follow one another on the wire, then what may
//     stand inside. Parameters below 128 have the short form.
//   NAME:TYPE a field: u8 a number, s8 a signed one, u1 a truth value, u8v a list with its count before it, u1v a list
//     of bits, u96 bytes, utf8v a text, bytes all that is left. `=ENUM` names its values, `/hex` and `/utc` say how it
//     is shown, `^2` that only LLRP 1.1 has it. `:14` are 14 reserved bits.
//   @NAME a parameter, or one of a choice, inside: exactly one; `?` at most one, `*` any number, `+` at least one.
//   choice NAME: one of these. enum NAME: names in order from 0; a number says that the next name has it.
constexpr std::string_view kTable = R"llrp(
message 1 GET_READER_CAPABILITIES RequestedData:u8=GetReaderCapabilitiesRequestedData @Custom*
message 11 GET_READER_CAPABILITIES_RESPONSE @LLRPStatus @GeneralDeviceCapabilities? @LLRPCapabilities?
  @RegulatoryCapabilities? @AirProtocolLLRPCapabilities? @Custom*
message 2 GET_READER_CONFIG AntennaID:u16 RequestedData:u8=GetReaderConfigRequestedData GPIPortNum:u16 GPOPortNum:u16
  @Custom*
message 12 GET_READER_CONFIG_RESPONSE @LLRPStatus @Identification? @AntennaProperties* @AntennaConfiguration*
  @ReaderEventNotificationSpec? @ROReportSpec? @AccessReportSpec? @LLRPConfigurationStateValue? @KeepaliveSpec?
  @GPIPortCurrentState* @GPOWriteData* @EventsAndReports? @Custom*
message 3 SET_READER_CONFIG ResetToFactoryDefault:u1 :7 @ReaderEventNotificationSpec? @AntennaProperties*
  @AntennaConfiguration* @ROReportSpec? @AccessReportSpec? @KeepaliveSpec? @GPOWriteData* @GPIPortCurrentState*
  @EventsAndReports? @Custom*
message 13 SET_READER_CONFIG_RESPONSE @LLRPStatus
message 14 CLOSE_CONNECTION
message 4 CLOSE_CONNECTION_RESPONSE @LLRPStatus
message 20 ADD_ROSPEC @ROSpec
message 30 ADD_ROSPEC_RESPONSE @LLRPStatus
message 21 DELETE_ROSPEC ROSpecID:u32
message 31 DELETE_ROSPEC_RESPONSE @LLRPStatus
message 22 START_ROSPEC ROSpecID:u32
message 32 START_ROSPEC_RESPONSE @LLRPStatus
message 23 STOP_ROSPEC ROSpecID:u32
message 33 STOP_ROSPEC_RESPONSE @LLRPStatus
message 24 ENABLE_ROSPEC ROSpecID:u32
message 34 ENABLE_ROSPEC_RESPONSE @LLRPStatus
message 25 DISABLE_ROSPEC ROSpecID:u32
message 35 DISABLE_ROSPEC_RESPONSE @LLRPStatus
message 26 GET_ROSPECS
message 36 GET_ROSPECS_RESPONSE @LLRPStatus @ROSpec*
message 40 ADD_ACCESSSPEC @AccessSpec
message 50 ADD_ACCESSSPEC_RESPONSE @LLRPStatus
message 41 DELETE_ACCESSSPEC AccessSpecID:u32
message 51 DELETE_ACCESSSPEC_RESPONSE @LLRPStatus
message 42 ENABLE_ACCESSSPEC AccessSpecID:u32
message 52 ENABLE_ACCESSSPEC_RESPONSE @LLRPStatus
message 43 DISABLE_ACCESSSPEC AccessSpecID:u32
message 53 DISABLE_ACCESSSPEC_RESPONSE @LLRPStatus
message 44 GET_ACCESSSPECS
message 54 GET_ACCESSSPECS_RESPONSE @LLRPStatus @AccessSpec*
message 45 CLIENT_REQUEST_OP @TagReportData
message 55 CLIENT_REQUEST_OP_RESPONSE @ClientRequestResponse
message 60 GET_REPORT
message 61 RO_ACCESS_REPORT @TagReportData* @RFSurveyReportData* @Custom*
message 62 KEEPALIVE
message 72 KEEPALIVE_ACK
message 63 READER_EVENT_NOTIFICATION @ReaderEventNotificationData
message 64 ENABLE_EVENTS_AND_REPORTS
message 46 GET_SUPPORTED_VERSION
message 56 GET_SUPPORTED_VERSION_RESPONSE CurrentVersion:u8 SupportedVersion:u8 @LLRPStatus
message 47 SET_PROTOCOL_VERSION ProtocolVersion:u8
message 57 SET_PROTOCOL_VERSION_RESPONSE @LLRPStatus
message 100 ERROR_MESSAGE @LLRPStatus
message 1023 CUSTOM_MESSAGE VendorIdentifier:u32 MessageSubtype:u8 Data:bytes/hex

# What every reader tells of itself
parameter 128 UTCTimestamp Microseconds:u64/utc
parameter 129 Uptime Microseconds:u64
choice Timestamp UTCTimestamp Uptime
parameter 1023 Custom VendorIdentifier:u32 ParameterSubtype:u32 Data:bytes/hex
parameter 137 GeneralDeviceCapabilities MaxNumberOfAntennaSupported:u16 CanSetAntennaProperties:u1
  HasUTCClockCapability:u1 :14 DeviceManufacturerName:u32 ModelName:u32 ReaderFirmwareVersion:utf8v
  @ReceiveSensitivityTableEntry+ @PerAntennaReceiveSensitivityRange* @GPIOCapabilities @PerAntennaAirProtocol+
  @MaximumReceiveSensitivity?
parameter 139 ReceiveSensitivityTableEntry Index:u16 ReceiveSensitivityValue:s16
parameter 149 PerAntennaReceiveSensitivityRange AntennaID:u16 ReceiveSensitivityIndexMin:u16
  ReceiveSensitivityIndexMax:u16
parameter 140 PerAntennaAirProtocol AntennaID:u16 ProtocolID:u8v=AirProtocols
parameter 141 GPIOCapabilities NumGPIs:u16 NumGPOs:u16
parameter 363 MaximumReceiveSensitivity MaximumSensitivityValue:s16
parameter 142 LLRPCapabilities CanDoRFSurvey:u1 CanReportBufferFillWarning:u1 SupportsClientRequestOpSpec:u1
  CanDoTagInventoryStateAwareSingulation:u1 SupportsEventAndReportHolding:u1 :3 MaxNumPriorityLevelsSupported:u8
  ClientRequestOpSpecTimeout:u16 MaxNumROSpecs:u32 MaxNumSpecsPerROSpec:u32
  MaxNumInventoryParameterSpecsPerAISpec:u32 MaxNumAccessSpecs:u32 MaxNumOpSpecsPerAccessSpec:u32
parameter 143 RegulatoryCapabilities CountryCode:u16 CommunicationsStandard:u16=CommunicationsStandard
  @UHFBandCapabilities? @Custom*
parameter 144 UHFBandCapabilities @TransmitPowerLevelTableEntry+ @FrequencyInformation @AirProtocolUHFRFModeTable+
  @RFSurveyFrequencyCapabilities?
parameter 145 TransmitPowerLevelTableEntry Index:u16 TransmitPowerValue:s16
parameter 146 FrequencyInformation Hopping:u1 :7 @FrequencyHopTable* @FixedFrequencyTable?
parameter 147 FrequencyHopTable HopTableID:u8 :8 Frequency:u32v
parameter 148 FixedFrequencyTable Frequency:u32v
parameter 365 RFSurveyFrequencyCapabilities MinimumFrequency:u32 MaximumFrequency:u32

# Reader operations
parameter 177 ROSpec ROSpecID:u32 Priority:u8 CurrentState:u8=ROSpecState @ROBoundarySpec @SpecParameter+ @ROReportSpec?
choice SpecParameter AISpec RFSurveySpec LoopSpec Custom
parameter 178 ROBoundarySpec @ROSpecStartTrigger @ROSpecStopTrigger
parameter 179 ROSpecStartTrigger ROSpecStartTriggerType:u8=ROSpecStartTriggerType @PeriodicTriggerValue?
  @GPITriggerValue?
parameter 180 PeriodicTriggerValue Offset:u32 Period:u32 @UTCTimestamp?
parameter 181 GPITriggerValue GPIPortNum:u16 GPIEvent:u1 :7 Timeout:u32
parameter 182 ROSpecStopTrigger ROSpecStopTriggerType:u8=ROSpecStopTriggerType DurationTriggerValue:u32
  @GPITriggerValue?
parameter 183 AISpec AntennaIDs:u16v @AISpecStopTrigger @InventoryParameterSpec+ @Custom*
parameter 184 AISpecStopTrigger AISpecStopTriggerType:u8=AISpecStopTriggerType DurationTrigger:u32 @GPITriggerValue?
  @TagObservationTrigger?
parameter 185 TagObservationTrigger TriggerType:u8=TagObservationTriggerType :8 NumberOfTags:u16 NumberOfAttempts:u16
  T:u16 Timeout:u32
parameter 186 InventoryParameterSpec InventoryParameterSpecID:u16 ProtocolID:u8=AirProtocols @AntennaConfiguration*
  @Custom*
parameter 187 RFSurveySpec AntennaID:u16 StartFrequency:u32 EndFrequency:u32 @RFSurveySpecStopTrigger @Custom*
parameter 188 RFSurveySpecStopTrigger StopTriggerType:u8=RFSurveySpecStopTriggerType DurationPeriod:u32 N:u32
parameter 355 LoopSpec LoopCount:u32

# Access operations
parameter 207 AccessSpec AccessSpecID:u32 AntennaID:u16 ProtocolID:u8=AirProtocols CurrentState:u1=AccessSpecState :7
  ROSpecID:u32 @AccessSpecStopTrigger @AccessCommand @AccessReportSpec? @Custom*
parameter 208 AccessSpecStopTrigger AccessSpecStopTrigger:u8=AccessSpecStopTriggerType OperationCountValue:u16
parameter 209 AccessCommand @AirProtocolTagSpec @AccessCommandOpSpec+ @Custom*
choice AccessCommandOpSpec C1G2Read C1G2Write C1G2Kill C1G2Recommission C1G2Lock C1G2BlockErase C1G2BlockWrite
  C1G2BlockPermalock C1G2GetBlockPermalockStatus ClientRequestOpSpec Custom
parameter 210 ClientRequestOpSpec OpSpecID:u16
parameter 211 ClientRequestResponse AccessSpecID:u32 @EPCData @AccessCommandOpSpec*

# Configuration
parameter 217 LLRPConfigurationStateValue LLRPConfigurationStateValue:u32
parameter 218 Identification IDType:u8=IdentificationType ReaderID:u8v/hex
parameter 219 GPOWriteData GPOPortNumber:u16 GPOData:u1 :7
parameter 220 KeepaliveSpec KeepaliveTriggerType:u8=KeepaliveTriggerType PeriodicTriggerValue:u32
parameter 221 AntennaProperties AntennaConnected:u1 :7 AntennaID:u16 AntennaGain:s16
parameter 222 AntennaConfiguration AntennaID:u16 @RFReceiver? @RFTransmitter? @AirProtocolInventoryCommandSettings*
parameter 223 RFReceiver ReceiverSensitivity:u16
parameter 224 RFTransmitter HopTableID:u16 ChannelIndex:u16 TransmitPower:u16
parameter 225 GPIPortCurrentState GPIPortNum:u16 Config:u1 :7 State:u8=GPIPortState
parameter 226 EventsAndReports HoldEventsAndReportsUponReconnect:u1 :7

# Reports
parameter 237 ROReportSpec ROReportTrigger:u8=ROReportTriggerType N:u16 @TagReportContentSelector @Custom*
parameter 238 TagReportContentSelector EnableROSpecID:u1 EnableSpecIndex:u1 EnableInventoryParameterSpecID:u1
  EnableAntennaID:u1 EnableChannelIndex:u1 EnablePeakRSSI:u1 EnableFirstSeenTimestamp:u1 EnableLastSeenTimestamp:u1
  EnableTagSeenCount:u1 EnableAccessSpecID:u1 :6 @AirProtocolEPCMemorySelector*
parameter 239 AccessReportSpec AccessReportTrigger:u8=AccessReportTriggerType
parameter 240 TagReportData @EPCParameter @ROSpecID? @SpecIndex? @InventoryParameterSpecID? @AntennaID? @PeakRSSI?
  @ChannelIndex? @FirstSeenTimestampUTC? @FirstSeenTimestampUptime? @LastSeenTimestampUTC? @LastSeenTimestampUptime?
  @TagSeenCount? @AirProtocolTagData* @AccessSpecID? @AccessCommandOpSpecResult* @Custom*
choice EPCParameter EPCData EPC_96
parameter 241 EPCData EPC:u1v/hex
parameter 13 EPC_96 EPC:u96/hex
parameter 9 ROSpecID ROSpecID:u32
parameter 14 SpecIndex SpecIndex:u16
parameter 10 InventoryParameterSpecID InventoryParameterSpecID:u16
parameter 1 AntennaID AntennaID:u16
parameter 6 PeakRSSI PeakRSSI:s8
parameter 7 ChannelIndex ChannelIndex:u16
parameter 2 FirstSeenTimestampUTC Microseconds:u64/utc
parameter 3 FirstSeenTimestampUptime Microseconds:u64
parameter 4 LastSeenTimestampUTC Microseconds:u64/utc
parameter 5 LastSeenTimestampUptime Microseconds:u64
parameter 8 TagSeenCount TagCount:u16
parameter 15 ClientRequestOpSpecResult OpSpecID:u16
parameter 16 AccessSpecID AccessSpecID:u32
parameter 17 OpSpecID OpSpecID:u16
parameter 242 RFSurveyReportData @ROSpecID? @SpecIndex? @FrequencyRSSILevelEntry+ @Custom*
parameter 243 FrequencyRSSILevelEntry Frequency:u32 Bandwidth:u32 AverageRSSI:s8 PeakRSSI:s8 @Timestamp

# Events
parameter 244 ReaderEventNotificationSpec @EventNotificationState+
parameter 245 EventNotificationState EventType:u16=NotificationEventType NotificationState:u1 :7
parameter 246 ReaderEventNotificationData @Timestamp @HoppingEvent? @GPIEvent? @ROSpecEvent?
  @ReportBufferLevelWarningEvent? @ReportBufferOverflowErrorEvent? @ReaderExceptionEvent? @RFSurveyEvent?
  @AISpecEvent? @AntennaEvent? @ConnectionAttemptEvent? @ConnectionCloseEvent? @SpecLoopEvent? @Custom*
parameter 247 HoppingEvent HopTableID:u16 NextChannelIndex:u16
parameter 248 GPIEvent GPIPortNumber:u16 GPIEvent:u1 :7
parameter 249 ROSpecEvent EventType:u8=ROSpecEventType ROSpecID:u32 PreemptingROSpecID:u32
parameter 250 ReportBufferLevelWarningEvent ReportBufferPercentageFull:u8
parameter 251 ReportBufferOverflowErrorEvent
parameter 252 ReaderExceptionEvent Message:utf8v @ROSpecID? @SpecIndex? @InventoryParameterSpecID? @AntennaID?
  @AccessSpecID? @OpSpecID? @Custom*
parameter 253 RFSurveyEvent EventType:u8=RFSurveyEventType ROSpecID:u32 SpecIndex:u16
parameter 254 AISpecEvent EventType:u8=AISpecEventType ROSpecID:u32 SpecIndex:u16 @AirProtocolSingulationDetails?
parameter 255 AntennaEvent EventType:u8=AntennaEventType AntennaID:u16
parameter 256 ConnectionAttemptEvent Status:u16=ConnectionAttemptStatusType
parameter 257 ConnectionCloseEvent
parameter 356 SpecLoopEvent ROSpecID:u32 LoopCount:u32

# Errors
parameter 287 LLRPStatus StatusCode:u16=StatusCode ErrorDescription:utf8v @FieldError? @ParameterError?
parameter 288 FieldError FieldNum:u16 ErrorCode:u16=StatusCode
parameter 289 ParameterError ParameterType:u16 ErrorCode:u16=StatusCode @FieldError? @ParameterError?

# The one air protocol, EPCglobal Class 1 Generation 2
choice AirProtocolLLRPCapabilities C1G2LLRPCapabilities
parameter 327 C1G2LLRPCapabilities CanSupportBlockErase:u1 CanSupportBlockWrite:u1 CanSupportBlockPermalock:u1^2
  CanSupportTagRecommissioning:u1^2 CanSupportUMIMethod2:u1^2 CanSupportXPC:u1^2 :2 MaxNumSelectFiltersPerQuery:u16
choice AirProtocolUHFRFModeTable C1G2UHFRFModeTable
parameter 328 C1G2UHFRFModeTable @C1G2UHFRFModeTableEntry+
parameter 329 C1G2UHFRFModeTableEntry ModeIdentifier:u32 DRValue:u1=C1G2DRValue EPCHAGTCConformance:u1 :6
  MValue:u8=C1G2MValue ForwardLinkModulation:u8=C1G2ForwardLinkModulation
  SpectralMaskIndicator:u8=C1G2SpectralMaskIndicator BDRValue:u32 PIEValue:u32 MinTariValue:u32 MaxTariValue:u32
  StepTariValue:u32
choice AirProtocolInventoryCommandSettings C1G2InventoryCommand
parameter 330 C1G2InventoryCommand TagInventoryStateAware:u1 :7 @C1G2Filter* @C1G2RFControl? @C1G2SingulationControl?
  @Custom*
parameter 331 C1G2Filter T:u2=C1G2TruncateAction :6 @C1G2TagInventoryMask @C1G2TagInventoryStateAwareFilterAction?
  @C1G2TagInventoryStateUnawareFilterAction?
parameter 332 C1G2TagInventoryMask MB:u2 :6 Pointer:u16 TagMask:u1v/hex
parameter 333 C1G2TagInventoryStateAwareFilterAction Target:u8=C1G2StateAwareTarget Action:u8=C1G2StateAwareAction
parameter 334 C1G2TagInventoryStateUnawareFilterAction Action:u8=C1G2StateUnawareAction
parameter 335 C1G2RFControl ModeIndex:u16 Tari:u16
parameter 336 C1G2SingulationControl Session:u2 :6 TagPopulation:u16 TagTransitTime:u32
  @C1G2TagInventoryStateAwareSingulationAction?
parameter 337 C1G2TagInventoryStateAwareSingulationAction I:u1=C1G2TagInventoryStateAwareI
  S:u1=C1G2TagInventoryStateAwareS S_All:u1^2 :5
choice AirProtocolTagSpec C1G2TagSpec
parameter 338 C1G2TagSpec @C1G2TargetTag+
parameter 339 C1G2TargetTag MB:u2 Match:u1 :5 Pointer:u16 TagMask:u1v/hex TagData:u1v/hex
parameter 341 C1G2Read OpSpecID:u16 AccessPassword:u32 MB:u2 :6 WordPointer:u16 WordCount:u16
parameter 342 C1G2Write OpSpecID:u16 AccessPassword:u32 MB:u2 :6 WordPointer:u16 WriteData:u16v/hex
parameter 343 C1G2Kill OpSpecID:u16 KillPassword:u32
parameter 344 C1G2Lock OpSpecID:u16 AccessPassword:u32 @C1G2LockPayload+
parameter 345 C1G2LockPayload Privilege:u8=C1G2LockPrivilege DataField:u8=C1G2LockDataField
parameter 346 C1G2BlockErase OpSpecID:u16 AccessPassword:u32 MB:u2 :6 WordPointer:u16 WordCount:u16
parameter 347 C1G2BlockWrite OpSpecID:u16 AccessPassword:u32 MB:u2 :6 WordPointer:u16 WriteData:u16v/hex
parameter 357 C1G2Recommission OpSpecID:u16 KillPassword:u32 :5 SB3:u1 SB2:u1 LSB:u1
parameter 358 C1G2BlockPermalock OpSpecID:u16 AccessPassword:u32 MB:u2 :6 BlockPointer:u16 BlockMask:u16v/hex
parameter 359 C1G2GetBlockPermalockStatus OpSpecID:u16 AccessPassword:u32 MB:u2 :6 BlockPointer:u16 BlockRange:u16
choice AirProtocolEPCMemorySelector C1G2EPCMemorySelector
parameter 348 C1G2EPCMemorySelector EnableCRC:u1 EnablePCBits:u1 EnableXPCBits:u1^2 :5
choice AirProtocolTagData C1G2_PC C1G2_CRC C1G2_XPCW1 C1G2_XPCW2
parameter 12 C1G2_PC PC_Bits:u16
parameter 11 C1G2_CRC CRC:u16
parameter 19 C1G2_XPCW1 XPC_W1:u16
parameter 20 C1G2_XPCW2 XPC_W2:u16
choice AirProtocolSingulationDetails C1G2SingulationDetails
parameter 18 C1G2SingulationDetails NumCollisionSlots:u16 NumEmptySlots:u16
choice AccessCommandOpSpecResult C1G2ReadOpSpecResult C1G2WriteOpSpecResult C1G2KillOpSpecResult
  C1G2RecommissionOpSpecResult C1G2LockOpSpecResult C1G2BlockEraseOpSpecResult C1G2BlockWriteOpSpecResult
  C1G2BlockPermalockOpSpecResult C1G2GetBlockPermalockStatusOpSpecResult ClientRequestOpSpecResult Custom
parameter 349 C1G2ReadOpSpecResult Result:u8=C1G2ReadResultType OpSpecID:u16 ReadData:u16v/hex
parameter 350 C1G2WriteOpSpecResult Result:u8=C1G2WriteResultType OpSpecID:u16 NumWordsWritten:u16
parameter 351 C1G2KillOpSpecResult Result:u8=C1G2KillResultType OpSpecID:u16
parameter 352 C1G2LockOpSpecResult Result:u8=C1G2LockResultType OpSpecID:u16
parameter 353 C1G2BlockEraseOpSpecResult Result:u8=C1G2BlockEraseResultType OpSpecID:u16
parameter 354 C1G2BlockWriteOpSpecResult Result:u8=C1G2BlockWriteResultType OpSpecID:u16 NumWordsWritten:u16
parameter 360 C1G2RecommissionOpSpecResult Result:u8=C1G2RecommissionResultType OpSpecID:u16
parameter 361 C1G2BlockPermalockOpSpecResult Result:u8=C1G2BlockPermalockResultType OpSpecID:u16
parameter 362 C1G2GetBlockPermalockStatusOpSpecResult Result:u8=C1G2GetBlockPermalockStatusResultType OpSpecID:u16
  PermalockStatus:u16v/hex

enum AirProtocols Unspecified EPCGlobalClass1Gen2
enum GetReaderCapabilitiesRequestedData All General_Device_Capabilities LLRP_Capabilities Regulatory_Capabilities
  LLRP_Air_Protocol_Capabilities
enum GetReaderConfigRequestedData All Identification AntennaProperties AntennaConfiguration ROReportSpec
  ReaderEventNotificationSpec AccessReportSpec LLRPConfigurationStateValue KeepaliveSpec GPIPortCurrentState
  GPOWriteData EventsAndReports
enum CommunicationsStandard Unspecified US_FCC_Part_15 ETSI_302_208 ETSI_300_220 Australia_LIPD_1W Australia_LIPD_4W
  Japan_ARIB_STD_T89 Hong_Kong_OFTA_1049 Taiwan_DGT_LP0002 Korea_MIC_Article_5_2
enum ROSpecState Disabled Inactive Active
enum ROSpecStartTriggerType Null Immediate Periodic GPI
enum ROSpecStopTriggerType Null Duration GPI_With_Timeout
enum AISpecStopTriggerType Null Duration GPI_With_Timeout Tag_Observation
enum TagObservationTriggerType Upon_Seeing_N_Tags_Or_Timeout Upon_Seeing_No_More_New_Tags_For_Tms_Or_Timeout
  N_Attempts_To_See_All_Tags_In_FOV_Or_Timeout
enum RFSurveySpecStopTriggerType Null Duration N_Iterations_Through_Frequency_Range
enum AccessSpecState Disabled Active
enum AccessSpecStopTriggerType Null Operation_Count
enum IdentificationType MAC_Address EPC
enum KeepaliveTriggerType Null Periodic
enum GPIPortState Low High Unknown
enum ROReportTriggerType None Upon_N_Tags_Or_End_Of_AISpec Upon_N_Tags_Or_End_Of_ROSpec
enum AccessReportTriggerType Whenever_ROReport_Is_Generated End_Of_AccessSpec
enum NotificationEventType Upon_Hopping_To_Next_Channel GPI_Event ROSpec_Event Report_Buffer_Fill_Warning
  Reader_Exception_Event RFSurvey_Event AISpec_Event AISpec_Event_With_Details Antenna_Event SpecLoop_Event
enum ROSpecEventType Start_Of_ROSpec End_Of_ROSpec Preemption_Of_ROSpec
enum RFSurveyEventType Start_Of_RFSurvey End_Of_RFSurvey
enum AISpecEventType End_Of_AISpec
enum AntennaEventType Antenna_Disconnected Antenna_Connected
enum ConnectionAttemptStatusType Success Failed_A_Reader_Initiated_Connection_Already_Exists
  Failed_A_Client_Initiated_Connection_Already_Exists Failed_Reason_Other_Than_A_Connection_Already_Exists
  Another_Connection_Attempted
enum StatusCode M_Success 100 M_ParameterError M_FieldError M_UnexpectedParameter M_MissingParameter
  M_DuplicateParameter M_OverflowParameter M_OverflowField M_UnknownParameter M_UnknownField M_UnsupportedMessage
  M_UnsupportedVersion M_UnsupportedParameter M_UnexpectedMessage 200 P_ParameterError P_FieldError
  P_UnexpectedParameter P_MissingParameter P_DuplicateParameter P_OverflowParameter P_OverflowField P_UnknownParameter
  P_UnknownField P_UnsupportedParameter 300 A_Invalid A_OutOfRange 401 R_DeviceError
enum C1G2DRValue DRV_8 DRV_64_3
enum C1G2MValue MV_FM0 MV_2 MV_4 MV_8
enum C1G2ForwardLinkModulation PR_ASK SSB_ASK DSB_ASK
enum C1G2SpectralMaskIndicator Unknown SI MI DI
enum C1G2TruncateAction Unspecified Do_Not_Truncate Truncate
enum C1G2StateAwareTarget SL Inventoried_State_For_Session_S0 Inventoried_State_For_Session_S1
  Inventoried_State_For_Session_S2 Inventoried_State_For_Session_S3
enum C1G2StateAwareAction AssertSLOrA_DeassertSLOrB AssertSLOrA_Noop Noop_DeassertSLOrB NegateSLOrABBA_Noop
  DeassertSLOrB_AssertSLOrA DeassertSLOrB_Noop Noop_AssertSLOrA Noop_NegateSLOrABBA
enum C1G2StateUnawareAction Select_Unselect Select_DoNothing DoNothing_Unselect Unselect_DoNothing Unselect_Select
  DoNothing_Select
enum C1G2TagInventoryStateAwareI State_A State_B
enum C1G2TagInventoryStateAwareS SL Not_SL
enum C1G2LockPrivilege Read_Write Perma_Lock Perma_Unlock Unlock
enum C1G2LockDataField Kill_Password Access_Password EPC_Memory TID_Memory User_Memory
enum C1G2ReadResultType Success Nonspecific_Tag_Error No_Response_From_Tag Nonspecific_Reader_Error
enum C1G2WriteResultType Success Tag_Memory_Overrun_Error Tag_Memory_Locked_Error Insufficient_Power
  Nonspecific_Tag_Error No_Response_From_Tag Nonspecific_Reader_Error
enum C1G2KillResultType Success Zero_Kill_Password_Error Insufficient_Power Nonspecific_Tag_Error No_Response_From_Tag
  Nonspecific_Reader_Error
enum C1G2LockResultType Success Insufficient_Power Nonspecific_Tag_Error No_Response_From_Tag Nonspecific_Reader_Error
enum C1G2BlockEraseResultType Success Tag_Memory_Overrun_Error Tag_Memory_Locked_Error Insufficient_Power
  Nonspecific_Tag_Error No_Response_From_Tag Nonspecific_Reader_Error
enum C1G2BlockWriteResultType Success Tag_Memory_Overrun_Error Tag_Memory_Locked_Error Insufficient_Power
  Nonspecific_Tag_Error No_Response_From_Tag Nonspecific_Reader_Error
enum C1G2RecommissionResultType Success Zero_Kill_Password_Error Insufficient_Power Nonspecific_Tag_Error
  No_Response_From_Tag Nonspecific_Reader_Error
enum C1G2BlockPermalockResultType Success Insufficient_Power Nonspecific_Tag_Error No_Response_From_Tag
  Nonspecific_Reader_Error Incorrect_Password_Error Tag_Memory_Overrun_Error
enum C1G2GetBlockPermalockStatusResultType Success Nonspecific_Tag_Error No_Response_From_Tag Nonspecific_Reader_Error
  Incorrect_Password_Error Tag_Memory_Overrun_Error
)llrp";

/// The table, read once. Types, choices and enumerations point at one another, so none of them ever moves.
struct Protocol {
  std::deque<LlrpType> types;
  std::deque<LlrpEnumeration> enumerations;
  std::map<std::string_view, const LlrpType*> by_name;
  std::map<unsigned, const LlrpType*> messages, parameters;
};

struct Definition {
  std::string_view kind;
  std::vector<std::string_view> words;
};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) return words;
    const size_t end = std::min(line.find(' ', begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

std::vector<Definition> definitions_of(std::string_view text) {
  std::vector<Definition> definitions;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty() || line.front() == '#') continue;
    auto words = words_of(line);
    if (line.front() != ' ') {
      definitions.push_back({words.front(), {}});
      words.erase(words.begin());
    }
    auto& all = definitions.back().words;
    all.insert(all.end(), words.begin(), words.end());
  }
  return definitions;
}

/// The number that `text` begins with; `text` goes on behind it.
unsigned take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  assert(error == std::errc());
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

bool is_number(std::string_view text) { return text.front() >= '0' && text.front() <= '9'; }

LlrpEnumeration enumeration_of(const std::vector<std::string_view>& words) {
  LlrpEnumeration enumeration{.name = words.front(), .entries = {}};
  uint64_t value = 0;
  for (size_t i = 1; i < words.size(); ++i) {
    auto word = words[i];
    if (is_number(word)) {
      value = take_number(word);
    } else {
      enumeration.entries.emplace_back(value++, word);
    }
  }
  return enumeration;
}

/// What stands behind the type of a field: `=ENUM`, `/hex`, `/utc`, `^2`.
void read_suffix(std::string_view suffix, const Protocol& protocol, LlrpFieldType& field) {
  if (suffix.empty()) return;
  const auto value = suffix.substr(1);
  if (suffix.front() == '=') {
    const auto& all = protocol.enumerations;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == value; });
    assert(found != all.end());
    field.enumeration = &*found;
  } else if (suffix.front() == '^') {
    field.version = static_cast<uint8_t>(value.front() - '0');
  } else {
    assert(value == "hex" || value == "utc");
    field.format = value == "hex" ? LlrpFieldType::Format::hex : LlrpFieldType::Format::utc;
  }
}

LlrpFieldType field_of(std::string_view word, const Protocol& protocol) {
  using Kind = LlrpFieldType::Kind;
  const size_t colon = word.find(':');
  LlrpFieldType field{.name = word.substr(0, colon)};
  auto type = word.substr(colon + 1);
  if (field.name.empty()) {
    field.kind = Kind::reserved;
    field.bits = static_cast<uint16_t>(take_number(type));
    return field;
  }
  const size_t suffix = std::min(type.find_first_of("=/^"), type.size());
  read_suffix(type.substr(suffix), protocol, field);
  type = type.substr(0, suffix);
  if (type == "utf8v" || type == "bytes") {
    field.kind = type == "bytes" ? Kind::rest : Kind::text;
    field.bits = 8;
    return field;
  }
  const bool with_sign = type.front() == 's';
  type.remove_prefix(1);
  field.bits = static_cast<uint16_t>(take_number(type));
  if (type == "v") {
    field.kind = field.bits == 1 ? Kind::bit_list : Kind::list;
  } else if (field.bits > 64) {
    field.kind = Kind::block;
  } else if (with_sign) {
    field.kind = Kind::integer;
  } else if (field.bits == 1 && field.enumeration == nullptr) {
    field.kind = Kind::boolean;
  }
  return field;
}

using Choices = std::map<std::string_view, std::vector<std::string_view>>;

LlrpSlot slot_from(std::string_view word, const Choices& choices, const Protocol& protocol) {
  word.remove_prefix(1);
  const char count = word.back();
  if (count == '?' || count == '*' || count == '+') word.remove_suffix(1);
  LlrpSlot slot{
      .name = word, .required = count != '?' && count != '*', .repeats = count == '*' || count == '+', .types = {}};
  const auto choice = choices.find(word);
  for (const auto name : choice == choices.end() ? std::vector{word} : choice->second)
    slot.types.push_back(protocol.by_name.at(name));
  return slot;
}

Protocol read_table() {
  Protocol protocol;
  Choices choices;
  std::vector<std::pair<LlrpType*, const Definition*>> all;
  const auto definitions = definitions_of(kTable);
  for (const Definition& definition : definitions) {
    const auto& words = definition.words;
    if (definition.kind == "enum") {
      protocol.enumerations.push_back(enumeration_of(words));
    } else if (definition.kind == "choice") {
      choices[words.front()] = {words.begin() + 1, words.end()};
    } else {
      auto number = words[0];
      LlrpType type{.name = words[1],
                    .number = static_cast<uint16_t>(take_number(number)),
                    .message = definition.kind == "message",
                    .fields = {},
                    .slots = {}};
      const auto& kept = protocol.types.emplace_back(std::move(type));
      protocol.by_name[kept.name] = &kept;
      (kept.message ? protocol.messages : protocol.parameters)[kept.number] = &kept;
      all.emplace_back(&protocol.types.back(), &definition);
    }
  }
  for (const auto& [type, definition] : all) {
    for (size_t i = 2; i < definition->words.size(); ++i) {
      const auto word = definition->words[i];
      if (word.front() == '@') {
        type->slots.push_back(slot_from(word, choices, protocol));
      } else {
        type->fields.push_back(field_of(word, protocol));
      }
    }
  }
  return protocol;
}

const Protocol& protocol() {
  static const Protocol kProtocol = read_table();  // never changes: a table, not state
  return kProtocol;
}

const LlrpType* find(const std::map<unsigned, const LlrpType*>& types, unsigned number) {
  const auto found = types.find(number);
  return found == types.end() ? nullptr : found->second;
}

}  // namespace

std::string_view LlrpEnumeration::name_of(uint64_t value) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == value; });
  return found == entries.end() ? std::string_view() : found->second;
}

const LlrpSlot* LlrpType::slot_of(const LlrpType& type) const {
  for (const LlrpSlot& slot : slots)
    if (std::find(slot.types.begin(), slot.types.end(), &type) != slot.types.end()) return &slot;
  return nullptr;
}

const LlrpType* find_llrp_message(unsigned number) { return find(protocol().messages, number); }

const LlrpType* find_llrp_parameter(unsigned number) { return find(protocol().parameters, number); }

const LlrpType* find_llrp_type(std::string_view name) {
  const auto found = protocol().by_name.find(name);
  return found == protocol().by_name.end() ? nullptr : found->second;
}

std::vector<const LlrpType*> llrp_types() {
  std::vector<const LlrpType*> all;
  for (const LlrpType& type : protocol().types) all.push_back(&type);
  return all;
}

}  // namespace shrike
